import { textWidth } from "@gantry/terminal-text";
import type { Draft } from "./edit-text.ts";
import { graphemes } from "./graphemes.ts";
import { type Line, type Span, span } from "./line.ts";

export interface DraftLook {
  /** Columns there are, the cursor's own among them. */
  readonly room: number;
  /** Shown in place of each character. */
  readonly mask?: string;
  readonly style?: Span["style"];
}

interface Cell {
  readonly text: string;
  readonly width: number;
}

/** The part of a draft around its cursor that fits, the cursor as a cell of its own; `…` where there is more. */
export function draftLine({ text, cursor }: Draft, { room, mask, style }: DraftLook): Line {
  // No more than fits is looked at, so that a long text costs no more than a short one.
  const reach = room * 8 + 64;
  const before = cells(text.slice(Math.max(0, cursor - reach), cursor), mask);
  const [here = BLANK, ...after] = cells(text.slice(cursor, cursor + reach), mask);
  const columns = Math.max(4, room) - here.width;
  const left = fitting(before.toReversed(), columns - Math.min(widthOf(after), columns >> 2));
  const right = fitting(after, columns - widthOf(left));
  const head = left.toReversed().map((cell) => cell.text);
  return [
    span(head.join(""), style),
    span(here.text, "cursor"),
    span(right.map((cell) => cell.text).join(""), style),
  ].filter((part) => part.text !== "");
}

const BLANK: Cell = { text: " ", width: 1 };
const MORE: Cell = { text: "…", width: 1 };

function cells(text: string, mask: string | undefined): readonly Cell[] {
  return graphemes(text).map((one) => {
    const shown = mask ?? one;
    return { text: shown, width: textWidth(shown) };
  });
}

/** The first cells in `columns`; the last of them says that there are more. */
function fitting(all: readonly Cell[], columns: number): readonly Cell[] {
  if (widthOf(all) <= columns) return all;
  const kept: Cell[] = [];
  let left = columns - MORE.width;
  for (const cell of all) {
    left -= cell.width;
    if (left < 0) break;
    kept.push(cell);
  }
  return columns < 1 ? [] : [...kept, MORE];
}

function widthOf(all: readonly Cell[]): number {
  return all.reduce((sum, { width }) => sum + width, 0);
}
