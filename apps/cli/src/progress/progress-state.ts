import type { LoggedEvent } from "@gantry/protocol";
import { cleanText } from "@gantry/terminal-text";

/** Lines of a running step that are kept: what is shown when it fails. */
const TAIL = 20;

/** A step under way. */
export interface RunningStep {
  readonly key: string;
  readonly title: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Why it was not cached. */
  readonly reason?: string;
  /** The end of what it printed. */
  readonly tail: readonly string[];
}

/** How far something countable has come. */
export interface Bar {
  readonly key: string;
  readonly title: string;
  readonly current: number;
  readonly total?: number;
  readonly unit: "bytes" | "items";
}

/** An operation as a screen needs it. Its size does not grow with the length of the operation. */
export interface ProgressState {
  readonly phase: LoggedEvent["phase"];
  /** When the operation was first heard of; milliseconds since 1970. */
  readonly since: number;
  readonly running: readonly RunningStep[];
  readonly bars: readonly Bar[];
  readonly done: number;
  readonly cached: number;
  readonly failed: number;
}

export const NOTHING_YET: ProgressState = {
  phase: "prepare",
  since: 0,
  running: [],
  bars: [],
  done: 0,
  cached: 0,
  failed: 0,
};

/** Folds one event into the picture. Pure. */
export function foldEvent(before: ProgressState, logged: LoggedEvent): ProgressState {
  const { event, at, phase } = logged;
  const state = { ...before, phase, since: before.since || at };
  switch (event.kind) {
    case "log":
      return event.step === undefined
        ? state
        : withLog(state, `${phase}/${event.step}`, event.text);
    case "step":
      return withStep(state, logged, event);
    case "progress":
      return withBar(state, `${phase}/${event.step ?? ""}/${event.title}`, event);
    case "notice":
      return state;
  }
}

/** The step that an event of a step is about. */
export function stepOf(state: ProgressState, logged: LoggedEvent): RunningStep | undefined {
  const { event, phase } = logged;
  if (event.kind !== "step" && event.kind !== "log") return undefined;
  return state.running.find(({ key }) => key === `${phase}/${event.step}`);
}

type EventOf<Kind> = Extract<LoggedEvent["event"], { kind: Kind }>;

function withLog(state: ProgressState, key: string, text: string): ProgressState {
  const lines = cleanText(text.replace(/\n$/, "")).split("\n");
  const running = state.running.map((step) =>
    step.key === key ? { ...step, tail: [...step.tail, ...lines].slice(-TAIL) } : step,
  );
  return { ...state, running };
}

function withStep(
  state: ProgressState,
  { at, phase }: LoggedEvent,
  event: EventOf<"step">,
): ProgressState {
  const key = `${phase}/${event.step}`;
  const others = state.running.filter((step) => step.key !== key);
  const title = cleanText(event.title);
  if (event.state === "started") {
    const reason = event.reason === undefined ? {} : { reason: cleanText(event.reason) };
    return { ...state, running: [...others, { key, title, since: at, tail: [], ...reason }] };
  }
  return {
    ...state,
    running: others,
    bars: state.bars.filter((bar) => !bar.key.startsWith(`${key}/`)),
    done: state.done + (event.state === "done" ? 1 : 0),
    cached: state.cached + (event.state === "cached" ? 1 : 0),
    failed: state.failed + (event.state === "failed" ? 1 : 0),
  };
}

function withBar(state: ProgressState, key: string, event: EventOf<"progress">): ProgressState {
  const others = state.bars.filter((bar) => bar.key !== key);
  const { current, total, unit } = event;
  if (total !== undefined && current >= total) return { ...state, bars: others };
  const title = cleanText(event.title);
  const bar: Bar = { key, title, current, unit, ...(total === undefined ? {} : { total }) };
  return { ...state, bars: [...others, bar] };
}
