import type { LoggedEvent, OperationOutcome } from "@gantry/protocol";
import { cleanText } from "@gantry/terminal-text";
import { appendText, NO_LINES, type Tail } from "./tail.ts";

type EventOf<Kind> = Extract<LoggedEvent["event"], { kind: Kind }>;

/** How far something countable has come. */
export interface Bar {
  readonly title: string;
  readonly current: number;
  readonly total?: number;
  readonly unit: "bytes" | "items";
}

/** A step, or what a whole phase printed outside of steps. */
export interface StepItem {
  readonly kind: "step";
  readonly key: string;
  readonly title: string;
  /** `output`: not a step but what was printed outside of steps. */
  readonly state: "running" | "output" | "done" | "cached" | "failed" | "canceled";
  /** Milliseconds since 1970, by the daemon's clock. */
  readonly since: number;
  readonly tookMs?: number;
  /** Why it was not cached, or why it failed. */
  readonly reason?: string;
  readonly log: Tail;
  readonly bar?: Bar;
}

export interface NoticeItem {
  readonly kind: "notice";
  readonly key: string;
  readonly level: "info" | "warning";
  readonly text: string;
  readonly hint?: string;
}

export type Item = StepItem | NoticeItem;

/** An operation as its screen needs it. Its size does not grow with the length of the operation. */
export interface OperationPicture {
  /** The last event that is in the picture. */
  readonly seq: number;
  /** Of the first and of the last event; milliseconds since 1970, by the daemon's clock. 0: none yet. */
  readonly since: number;
  readonly clock: number;
  readonly phase: LoggedEvent["phase"];
  readonly items: readonly Item[];
  /** Items that had to go. */
  readonly forgotten: number;
  readonly outcome?: OperationOutcome;
}

export const NO_PICTURE: OperationPicture = {
  seq: 0,
  since: 0,
  clock: 0,
  phase: "prepare",
  items: [],
  forgotten: 0,
};

const MOST_ITEMS = 400;
const STEP_LINES = 300;
const OUTPUT_LINES = 5_000;

/** Folds a batch of events into the picture. Pure. */
export function foldEvents(
  before: OperationPicture,
  events: readonly LoggedEvent[],
): OperationPicture {
  const last = events.at(-1);
  if (last === undefined) return before;
  const draft = new Draft(before.items);
  for (const logged of events) {
    if (logged.seq > before.seq) draft.add(logged);
  }
  const items = draft.finish();
  const surplus = Math.max(0, items.length - MOST_ITEMS);
  return {
    ...before,
    seq: Math.max(before.seq, last.seq),
    since: before.since || (events[0]?.at ?? 0),
    clock: last.at,
    phase: last.phase,
    items: surplus === 0 ? items : items.slice(surplus),
    forgotten: before.forgotten + surplus,
  };
}

/** The items while a batch is folded: printed text is gathered per item, so that a line costs next to nothing. */
class Draft {
  readonly #items: Item[];
  readonly #places = new Map<string, number>();
  readonly #texts = new Map<string, string[]>();

  constructor(items: readonly Item[]) {
    this.#items = [...items];
    for (const [index, { key }] of this.#items.entries()) this.#places.set(key, index);
  }

  add(logged: LoggedEvent): void {
    const { event } = logged;
    switch (event.kind) {
      case "log":
        return this.#log(logged, event);
      case "step":
        return this.#step(logged, event);
      case "progress":
        return this.#progress(logged, event);
      case "notice":
        return this.#notice(logged, event);
    }
  }

  finish(): readonly Item[] {
    for (const [key, texts] of this.#texts) {
      this.#change(key, (step) => {
        const most = step.state === "output" ? OUTPUT_LINES : STEP_LINES;
        return { ...step, log: appendText(step.log, texts.join(""), most) };
      });
    }
    return this.#items;
  }

  #log({ phase, at }: LoggedEvent, { step, text }: EventOf<"log">): void {
    const key = `${phase}/${step ?? ""}`;
    if (!this.#places.has(key)) {
      const title = step === undefined ? OUTPUT_TITLES[phase] : cleanText(step);
      this.#put({ kind: "step", key, title, state: "output", since: at, log: NO_LINES });
    }
    const texts = this.#texts.get(key);
    if (texts === undefined) this.#texts.set(key, [text]);
    else texts.push(text);
  }

  #step({ phase, at }: LoggedEvent, event: EventOf<"step">): void {
    const key = `${phase}/${event.step}`;
    const known = this.#find(key);
    const state = event.state === "started" ? "running" : event.state;
    const reason = event.reason === undefined ? known?.reason : cleanText(event.reason);
    this.#put({
      kind: "step",
      key,
      title: oneLine(event.title),
      state,
      since: known?.since ?? at,
      log: known?.log ?? NO_LINES,
      ...(reason === undefined ? {} : { reason }),
      ...(event.durationMs === undefined ? {} : { tookMs: event.durationMs }),
    });
  }

  #progress({ phase, at }: LoggedEvent, event: EventOf<"progress">): void {
    const { title, current, total, unit } = event;
    const key = event.step === undefined ? `${phase}//${title}` : `${phase}/${event.step}`;
    const isOver = total !== undefined && current >= total;
    const bar: Bar = {
      title: oneLine(title),
      current,
      unit,
      ...(total === undefined ? {} : { total }),
    };
    const known = this.#find(key);
    if (known !== undefined && event.step !== undefined) {
      const { bar: _over, ...rest } = known;
      this.#put(isOver ? rest : { ...known, bar });
      return;
    }
    const state = isOver ? "done" : "running";
    const since = known?.since ?? at;
    const base = { kind: "step", key, title: bar.title, state, since, log: NO_LINES } as const;
    this.#put(isOver ? { ...base, tookMs: Math.max(0, at - since) } : { ...base, bar });
  }

  #notice({ seq }: LoggedEvent, { level, text, hint }: EventOf<"notice">): void {
    const more = hint === undefined ? {} : { hint: oneLine(hint) };
    this.#put({ kind: "notice", key: `notice/${seq}`, level, text: oneLine(text), ...more });
  }

  #put(item: Item): void {
    const place = this.#places.get(item.key);
    if (place === undefined) this.#places.set(item.key, this.#items.push(item) - 1);
    else this.#items[place] = item;
  }

  #find(key: string): StepItem | undefined {
    const item = this.#items[this.#places.get(key) ?? -1];
    return item?.kind === "step" ? item : undefined;
  }

  #change(key: string, change: (step: StepItem) => StepItem): void {
    const step = this.#find(key);
    if (step !== undefined) this.#put(change(step));
  }
}

const OUTPUT_TITLES: Readonly<Record<LoggedEvent["phase"], string>> = {
  prepare: "Output of the preparation",
  build: "Output of the build",
  run: "Output",
  finish: "Output at the end",
};

function oneLine(text: string): string {
  return cleanText(text).replaceAll("\n", " ");
}
