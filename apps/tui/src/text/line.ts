import { fitText, textWidth } from "@gantry/terminal-text";
import type { Style } from "../theme/style.ts";

/** Text of one meaning. It holds no control characters. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One row of the screen. */
export type Line = readonly Span[];

export const EMPTY: Line = [];

/** A span, or plain text. */
export function span(text: string, style?: Style): Span {
  return style === undefined ? { text } : { text, style };
}

/** A line of one span. */
export function line(text: string, style?: Style): Line {
  return text === "" ? EMPTY : [span(text, style)];
}

/** Columns that a line takes. */
export function lineWidth(spans: Line): number {
  return spans.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** A line cut to at most `columns`, the cut marked with `…`. */
export function fitLine(spans: Line, columns: number): Line {
  const fitting: Span[] = [];
  let left = columns;
  for (const [index, part] of spans.entries()) {
    const width = textWidth(part.text);
    const isLast = index === spans.length - 1;
    if (width < left || (width === left && isLast)) {
      fitting.push(part);
      left -= width;
      continue;
    }
    const isCut = width > left || !rest(spans, index + 1);
    if (left > 0) fitting.push({ ...part, text: isCut ? cut(part.text, left) : part.text });
    return fitting;
  }
  return fitting;
}

/** Whether nothing but empty text follows. */
function rest(spans: Line, from: number): boolean {
  return spans.slice(from).every(({ text }) => text === "");
}

/** At most `columns` of the text, ending in `…` because more follows. */
function cut(text: string, columns: number): string {
  return textWidth(text) > columns ? fitText(text, columns) : fitText(`${text} `, columns);
}

/** A line of exactly `columns`: cut, or filled up with blanks of `style`. */
export function fillLine(spans: Line, columns: number, style?: Style): Line {
  const fitting = fitLine(spans, columns);
  const missing = columns - lineWidth(fitting);
  return missing <= 0 ? fitting : [...fitting, span(" ".repeat(missing), style)];
}

/** `left` and `right` at the two ends of a row; `left` gives way. */
export function endsLine(left: Line, right: Line, columns: number): Line {
  const width = lineWidth(right);
  if (width === 0) return fitLine(left, columns);
  if (width + 8 > columns) return fitLine([...left, span("  "), ...right], columns);
  return [...fillLine(left, columns - width - 1), span(" "), ...fitLine(right, width)];
}

/** Text broken into lines of at most `columns`, at blanks where there are some. */
export function wrapText(text: string, columns: number): readonly string[] {
  const room = Math.max(1, columns);
  const lines: string[] = [];
  let current = "";
  for (const word of text.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (textWidth(longer) <= room) {
      current = longer;
      continue;
    }
    if (current !== "") lines.push(current);
    current = word;
    while (textWidth(current) > room) {
      const [head, tail] = splitAt(current, room);
      lines.push(head);
      current = tail;
    }
  }
  return [...lines, current];
}

function splitAt(text: string, columns: number): readonly [string, string] {
  let width = 0;
  let at = 0;
  for (const character of text) {
    width += textWidth(character);
    if (width > columns && at > 0) break;
    at += character.length;
  }
  return [text.slice(0, at), text.slice(at)];
}

/** What a line says, without its styles. */
export function textOf(spans: Line): string {
  return spans.map(({ text }) => text).join("");
}
