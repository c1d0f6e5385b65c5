import { cleanText } from "@gantry/terminal-text";

/** The end of a text that may be endless. */
export interface Tail {
  /** Cleaned, without newlines. */
  readonly lines: readonly string[];
  /** Lines there were in all. */
  readonly total: number;
  /** The last line has not ended yet. */
  readonly isOpen: boolean;
}

export const NO_LINES: Tail = { lines: [], total: 0, isOpen: false };

/** Characters of one line that are kept: a screen shows far fewer. */
const LINE_CHARACTERS = 4_000;

/** Adds text and keeps the last `most` lines. Only what is kept is looked at closely. */
export function appendText(tail: Tail, text: string, most: number): Tail {
  if (text === "") return tail;
  const pieces = text.split("\n");
  const isOpen = pieces.at(-1) !== "";
  if (!isOpen) pieces.pop();
  const joined = tail.isOpen ? (tail.lines.at(-1) ?? "") : undefined;
  const total = tail.total + pieces.length - (joined === undefined ? 0 : 1);
  const fresh = apart(pieces.slice(-most).map(cleanLine), text);
  if (joined !== undefined && fresh.length === pieces.length) {
    fresh[0] = shorten(joined + (fresh[0] ?? ""));
  }
  const before = joined === undefined ? tail.lines : tail.lines.slice(0, -1);
  const room = Math.max(0, most - fresh.length);
  const kept = room === 0 ? [] : before.slice(-room);
  return { lines: [...kept, ...fresh], total, isOpen };
}

/** Characters that a kept line may hold on to beside its own. */
const SLACK = 10_000;

/** A part of a text keeps all of it in memory: where little of much is kept, it is copied. */
function apart(lines: readonly string[], text: string): string[] {
  const kept = lines.reduce((sum, one) => sum + one.length, 0);
  return text.length > 2 * kept + SLACK ? lines.map(copyOf) : [...lines];
}

function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

function cleanLine(text: string): string {
  return cleanText(shorten(text)).replaceAll("\n", " ");
}

function shorten(text: string): string {
  return text.length <= LINE_CHARACTERS ? text : `${text.slice(0, LINE_CHARACTERS)}…`;
}
