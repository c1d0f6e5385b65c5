import { invalidRequest } from "../errors.ts";

/**
 * A place in a container's log: of the entries from second `since` on, that many of each stream have been passed on.
 * Counts, not times, decide, because times repeat; the second only saves reading the log from its start. A clock that
 * is set back by more than the slack while nobody reads is the one thing that can hide entries.
 */
export interface Cursor {
  readonly since: number;
  readonly stdout: number;
  readonly stderr: number;
}

export type StreamName = "stdout" | "stderr";

const START: Cursor = { since: 0, stdout: 0, stderr: 0 };
/** Entries of the two streams are stamped before they are written; this bounds how far they may be out of order. */
const SLACK_SECONDS = 5;

export function parseCursor(text: string | undefined): Cursor {
  if (text === undefined) return START;
  const parts = /^(\d{1,12})\.(\d{1,15})\.(\d{1,15})$/u.exec(text);
  if (parts === null) {
    throw invalidRequest(
      `Cursor ${JSON.stringify(text)} is not one of this run.`,
      "Read from the start.",
    );
  }
  return { since: Number(parts[1]), stdout: Number(parts[2]), stderr: Number(parts[3]) };
}

function formatCursor({ since, stdout, stderr }: Cursor): string {
  return `${since}.${stdout}.${stderr}`;
}

type Counts = Record<StreamName, number>;

/** Counts the entries passed on and says where to go on after them. */
export class CursorTracker {
  readonly #base: number;
  readonly #total: Counts = { stdout: 0, stderr: 0 };
  readonly #seconds = new Map<number, Counts>();
  #anchor: number;
  #isOrdered = true;

  constructor(since: number) {
    this.#base = since;
    this.#anchor = since;
  }

  /** Counts one entry, stamped in `second`. */
  add(stream: StreamName, second: number): void {
    this.#total[stream] += 1;
    // A clock that was set back: only the counts from the start tell the place.
    if (second < this.#anchor) this.#isOrdered = false;
    const counts = this.#seconds.get(second) ?? { stdout: 0, stderr: 0 };
    counts[stream] += 1;
    this.#seconds.set(second, counts);
  }

  /** The place now. No entry still to come is older than `oldest`. */
  cursor(oldest: number): string {
    if (!this.#isOrdered) return formatCursor({ since: this.#base, ...this.#total });
    this.#moveTo(oldest - SLACK_SECONDS);
    const counts: Counts = { stdout: 0, stderr: 0 };
    for (const { stdout, stderr } of this.#seconds.values()) {
      counts.stdout += stdout;
      counts.stderr += stderr;
    }
    return formatCursor({ since: this.#anchor, ...counts });
  }

  #moveTo(anchor: number): void {
    if (anchor <= this.#anchor) return;
    this.#anchor = anchor;
    for (const second of this.#seconds.keys()) {
      if (second < anchor) this.#seconds.delete(second);
    }
  }
}
