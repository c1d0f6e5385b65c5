import { fitText, formatBytes, formatDuration, textWidth } from "@gantry/terminal-text";
import type { Bar, ProgressState, RunningStep } from "./progress-state.ts";
import type { Paint } from "./theme.ts";

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly paint: Paint;
}

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
const SPIN_MS = 100;
const TAIL_LINES = 4;
const BAR_COLUMNS = 20;

/** The part of the screen that is drawn again and again, at the bottom: what runs now. Pure; never wider or higher than the screen. */
export function liveRegion(state: ProgressState, screen: Screen): string[] {
  const room = Math.max(1, Math.min(screen.rows - 2, 12));
  const blocks = [
    ...state.running.map((step) => stepLines(step, screen)),
    ...state.bars.map((bar) => [barLine(bar, screen)]),
  ];
  const lines = blocks.length === 0 ? [idleLine(state, screen)] : blocks.flat();
  if (lines.length <= room) return lines;
  const heads = blocks.map(([head = ""]) => head);
  if (heads.length <= room) return heads;
  const hidden = heads.length - room + 1;
  return [...heads.slice(0, room - 1), fitText(`  and ${hidden} more`, screen.columns - 1)];
}

function stepLines(step: RunningStep, { paint, columns, now }: Screen): string[] {
  const head = withRight(`${spinner(now)} ${step.title}`, formatDuration(now - step.since), {
    columns,
    paint,
  });
  const tail = step.tail.slice(-TAIL_LINES).map((line) => {
    const text = fitText(line, columns - 5);
    return `  ${paint("quiet", `| ${text}`)}`;
  });
  return [head, ...tail];
}

function barLine({ title, current, total, unit }: Bar, { paint, columns, now }: Screen): string {
  const count = (value: number) => (unit === "bytes" ? formatBytes(value) : String(value));
  const right = total === undefined ? count(current) : `${count(current)} / ${count(total)}`;
  const text = withRight(`${spinner(now)} ${title}`, right, { columns, paint });
  if (total === undefined || total === 0 || columns < textWidth(title) + 60) return text;
  const filled = Math.round((Math.min(current, total) / total) * BAR_COLUMNS);
  const bar = "█".repeat(filled) + "░".repeat(BAR_COLUMNS - filled);
  return withRight(`${spinner(now)} ${title}`, `${bar} ${right}`, { columns, paint });
}

const PHASES: Readonly<Record<ProgressState["phase"], string>> = {
  prepare: "Preparing",
  build: "Building",
  run: "Running",
  finish: "Finishing",
};

function idleLine(state: ProgressState, { paint, columns, now }: Screen): string {
  const since = state.since === 0 ? now : state.since;
  const text = `${spinner(now)} ${PHASES[state.phase]}`;
  return withRight(text, formatDuration(Math.max(0, now - since)), { columns, paint });
}

/** `left`, cut so that `right` fits behind it. One column stays free, or some terminals wrap. */
function withRight(
  left: string,
  right: string,
  { columns, paint }: Pick<Screen, "columns" | "paint">,
): string {
  const free = columns - 1 - textWidth(right) - 1;
  if (free < 4) return fitText(left, columns - 1);
  return `${paint("active", fitText(left, free))} ${paint("quiet", right)}`;
}

function spinner(now: number): string {
  return SPINNER[Math.floor(now / SPIN_MS) % SPINNER.length] ?? SPINNER[0];
}
