import { formatBytes, formatDuration, textWidth } from "@gantry/terminal-text";
import type { Bar, NoticeItem, StepItem } from "../../state/operation-picture.ts";
import type { OperationScreen } from "../../state/screen.ts";
import { fillLine, type Line, line, type Span, span, wrapText } from "../../text/line.ts";
import type { Marks, Style } from "../../theme/style.ts";
import type { DocumentRow } from "../document.ts";
import { failureLines } from "../failure-lines.ts";
import { matches } from "../rows.ts";

/** Lines of a running step that show without being asked for. */
const GLIMPSE = 4;

export interface RowsLook {
  /** The time by the operation's clock. */
  readonly now: number;
  readonly width: number;
  readonly marks: Marks;
}

/** The rows of an operation: a line for each step, its log below where it is unfolded. */
export function operationRows(screen: OperationScreen, look: RowsLook): readonly DocumentRow[] {
  const { picture } = screen;
  const forgotten: readonly DocumentRow[] =
    picture.forgotten === 0
      ? []
      : [{ line: line(`${picture.forgotten} earlier steps are not shown.`, "quiet") }];
  const rows = picture.items.flatMap((item) =>
    item.kind === "notice" ? noticeRows(item, screen, look) : stepRows(item, screen, look),
  );
  return [...forgotten, ...rows, ...publishedRows(screen, look), ...failureRows(screen, look)];
}

/** Whether the whole log of a step shows: the user's word, else by its state. */
export function isUnfolded({ folds }: OperationScreen, { key, state }: StepItem): boolean {
  return folds.get(key) ?? (state === "failed" || state === "output");
}

function noticeRows(
  { key, level, text, hint }: NoticeItem,
  { place }: OperationScreen,
  { marks }: RowsLook,
): readonly DocumentRow[] {
  if (!matches(place, text, hint ?? "")) return [];
  const isWarning = level === "warning";
  const mark = span(`${isWarning ? "!" : marks.waiting} `, isWarning ? "warning" : "quiet");
  const more =
    hint === undefined ? [] : [{ key: `${key}/hint`, line: line(`  Try: ${hint}`, "accent") }];
  return [{ key, line: [mark, span(text, isWarning ? "warning" : "quiet")] }, ...more];
}

function stepRows(step: StepItem, screen: OperationScreen, look: RowsLook): readonly DocumentRow[] {
  const { place } = screen;
  const lines = linesOf(step, screen);
  const fitting = place.query === "" ? lines : lines.filter(({ text }) => matches(place, text));
  if (place.query !== "" && fitting.length === 0 && !matches(place, step.title)) return [];
  return [
    { key: step.key, line: headLine(step, screen, look) },
    ...fitting.map(
      ({ key, text }): DocumentRow => ({
        key,
        line: [
          span(`  ${look.marks.bar} `, "rule"),
          span(text, step.state === "output" ? undefined : "quiet"),
        ],
      }),
    ),
  ];
}

interface LogLine {
  readonly key: string;
  readonly text: string;
}

/** The lines of a step that are there to see. A search looks into folded steps too. */
function linesOf(step: StepItem, screen: OperationScreen): readonly LogLine[] {
  const { lines, total } = step.log;
  const isWhole = isUnfolded(screen, step) || screen.place.query !== "";
  const shown = isWhole
    ? lines
    : step.state === "running" && !screen.folds.has(step.key)
      ? lines.slice(-GLIMPSE)
      : [];
  const first = total - shown.length;
  return shown.map((text, index) => ({ key: `${step.key}#${first + index}`, text }));
}

type Look = readonly [mark: string, style: Style | undefined];

function markOf(step: StepItem, { marks, now }: RowsLook): Look {
  switch (step.state) {
    case "running":
      return [spinner(marks, now), "accent"];
    case "output":
      return [" ", "quiet"];
    case "done":
      return [marks.done, "good"];
    case "cached":
      return [marks.cached, "good"];
    case "failed":
      return [marks.failed, "bad"];
    case "canceled":
      return [marks.canceled, "warning"];
  }
}

function spinner({ spinner: signs }: Marks, now: number): string {
  return signs[Math.floor(now / 100) % Math.max(1, signs.length)] ?? "";
}

function headLine(step: StepItem, screen: OperationScreen, look: RowsLook): Line {
  const { marks, width } = look;
  const [mark, style] = markOf(step, look);
  const right = rightOf(step, look);
  const fold =
    step.log.lines.length === 0 ? " " : isUnfolded(screen, step) ? marks.unfolded : marks.folded;
  const titleWidth = Math.max(8, width - 9 - textWidth(right.text));
  const isLoud = step.state === "failed" || step.state === "running";
  const reason =
    step.reason === undefined
      ? []
      : [span(`  ${step.reason}`, step.state === "failed" ? "bad" : "quiet")];
  const left = [span(step.title, isLoud ? "strong" : undefined), ...reason];
  return [
    span(`${mark} `, style),
    span(`${fold} `, "quiet"),
    ...fillLine(left, titleWidth),
    span(" "),
    right,
  ];
}

function rightOf(step: StepItem, { now }: RowsLook): Span {
  if (step.bar !== undefined) return span(barText(step.bar), "accent");
  if (step.state === "cached") return span("cached", "good");
  if (step.state === "output") return span(linesText(step.log.total), "quiet");
  if (step.state === "running")
    return span(formatDuration(Math.max(0, now - step.since)), "accent");
  return span(step.tookMs === undefined ? "" : formatDuration(step.tookMs), "quiet");
}

function linesText(total: number): string {
  return `${total} ${total === 1 ? "line" : "lines"}`;
}

function barText({ current, total, unit }: Bar): string {
  const shown = (value: number): string => (unit === "bytes" ? formatBytes(value) : String(value));
  return total === undefined ? shown(current) : `${shown(current)} / ${shown(total)}`;
}

/** What the registry has now, by the name that stays the same bundle for ever. */
function publishedRows({ picture }: OperationScreen, { width }: RowsLook): readonly DocumentRow[] {
  const published = picture.outcome?.publish;
  if (published === undefined) return [];
  const { reference, digest, blobs } = published;
  const sent = `${blobs.sent} blobs sent, ${blobs.present + blobs.mounted} were there already`;
  const texts = [`Published as ${reference}@${digest}`, sent];
  return [
    { line: [] },
    ...texts.flatMap((text, at) =>
      wrapText(text, width - 4).map(
        (part, index): DocumentRow => ({
          key: `published/${at}/${index}`,
          line: line(part, at === 0 ? "good" : "quiet"),
        }),
      ),
    ),
  ];
}

function failureRows(
  { picture }: OperationScreen,
  { width, marks }: RowsLook,
): readonly DocumentRow[] {
  const failure = picture.outcome?.operation.failure;
  if (failure === undefined) return [];
  return [
    { line: [] },
    ...failureLines(failure, width - 2, marks).map(
      (shown, index): DocumentRow => ({ key: `failure/${index}`, line: withoutIndent(shown) }),
    ),
  ];
}

function withoutIndent([first, ...rest]: Line): Line {
  return first === undefined ? [] : [{ ...first, text: first.text.replace(/^ {2}/, "") }, ...rest];
}
