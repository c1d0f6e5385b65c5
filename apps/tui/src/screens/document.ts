import { EMPTY, type Line, line, type Span, span } from "../text/line.ts";
import { padText } from "@gantry/terminal-text";
import { chosenLine, firstInSight } from "../text/table.ts";
import type { ListPlace } from "../state/screen.ts";
import { chosenIndex } from "./rows.ts";

/** A line of a text that is scrolled through; with a key it can be chosen. */
export interface DocumentRow {
  readonly key?: string;
  readonly line: Line;
}

export function documentKeys(rows: readonly DocumentRow[]): readonly string[] {
  return rows.flatMap(({ key }) => (key === undefined ? [] : [key]));
}

interface Room {
  readonly width: number;
  readonly height: number;
}

/** Index of the line of the text that is shown first. */
function firstShown(rows: readonly DocumentRow[], place: ListPlace, height: number): number {
  const key = documentKeys(rows)[chosenIndex(place, documentKeys(rows))];
  const at = rows.findIndex((row) => row.key !== undefined && row.key === key);
  // The headings above the first row are in sight with it.
  const isFirst = documentKeys(rows)[0] === key;
  return isFirst ? Math.max(0, at - height + 1) : firstInSight(at, rows.length, height);
}

/** The part of the text that is in sight. */
export function documentLines(
  rows: readonly DocumentRow[],
  place: ListPlace,
  { width, height }: Room,
): readonly Line[] {
  const keys = documentKeys(rows);
  const chosen = keys[chosenIndex(place, keys)];
  const from = firstShown(rows, place, height);
  return rows.slice(from, from + height).map(({ key, line: shown }) => {
    const isChosen = key !== undefined && key === chosen;
    return isChosen ? chosenLine([span("› "), ...shown], width) : [span("  "), ...shown];
  });
}

/** Index among the rows with keys of the one on that line of the view. */
export function documentRowAt(
  rows: readonly DocumentRow[],
  place: ListPlace,
  { line: at, height }: { readonly line: number; readonly height: number },
): number | undefined {
  const key = rows[firstShown(rows, place, height) + at]?.key;
  return key === undefined ? undefined : documentKeys(rows).indexOf(key);
}

export const BLANK: DocumentRow = { line: EMPTY };

/** A heading with a blank line above it. */
export function heading(text: string): readonly DocumentRow[] {
  return [BLANK, { line: line(text.toUpperCase(), "quiet") }];
}

/** Rows with a heading above them; nothing when there are none. */
export function section(title: string, rows: readonly DocumentRow[]): readonly DocumentRow[] {
  return rows.length === 0 ? [] : [...heading(title), ...rows];
}

/** A name and what it is. */
export function pair(
  name: string,
  value: Line | string,
  options: { readonly key?: string; readonly width?: number } = {},
): DocumentRow {
  const { key, width = 14 } = options;
  const shown = typeof value === "string" ? line(value) : value;
  const label: Span = span(`${padText(name, width - 2)}  `, "quiet");
  return { line: [label, ...shown], ...(key === undefined ? {} : { key }) };
}

/** A fact is a row like any other, so that on a low screen one can scroll to it. */
export function fact(name: string, value: Line | string): DocumentRow {
  return pair(name, value, { key: `fact/${name}` });
}
