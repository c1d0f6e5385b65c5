import { fitText, padText, textWidth } from "@gantry/terminal-text";
import type { Style } from "../theme/style.ts";
import { fillLine, type Line, line, type Span, span } from "./line.ts";

/** A column: what it shows of a row, and how much of the width it may have. */
export interface Column<Row> {
  readonly title: string;
  /** The widest it gets. */
  readonly most: number;
  /** The narrowest that makes sense; below that the column is left out, the last one first. */
  readonly least: number;
  /** Takes what is left over. */
  readonly grows?: true;
  readonly cell: (row: Row) => Span;
}

export interface TableRequest<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Index of the chosen row; -1: none. */
  readonly at: number;
  readonly width: number;
  /** Rows of the screen, the heading included. */
  readonly height: number;
  /** Said instead of rows when there is none. */
  readonly none: string;
}

/** A table whose chosen row is in sight. What is out of sight costs nothing. */
export function tableLines<Row>(request: TableRequest<Row>): Line[] {
  const { columns, rows, at, width, height, none } = request;
  const count = Math.max(0, height - 1);
  const from = firstInSight(at, rows.length, count);
  const shown = rows.slice(from, from + count);
  const widths = shareWidth(columns, shown, width - 2);
  const head = columns.map(({ title }, index): Span => cellOf(span(title, "quiet"), widths[index]));
  if (rows.length === 0) return [[span("  "), ...head], line(`  ${none}`, "quiet")];
  return [
    [span("  "), ...head],
    ...shown.map((row, index): Line => {
      const isChosen = from + index === at;
      const cells = columns.map(({ cell }, place) => cellOf(cell(row), widths[place]));
      return isChosen ? chosenLine([span("› "), ...cells], width) : [span("  "), ...cells];
    }),
  ];
}

/** The row that the next key acts on: from edge to edge, its meanings kept. */
export function chosenLine(spans: Line, width: number): Line {
  const marked = spans.map(({ text, style }) => span(text, chosenStyle(style)));
  return fillLine(marked, width, "chosen");
}

function chosenStyle(style: Style | undefined): Style {
  if (style === "good") return "chosenGood";
  if (style === "bad") return "chosenBad";
  if (style === "warning") return "chosenWarning";
  if (style === "cursor") return "chosenCursor";
  return "chosen";
}

/** Index of the first row in sight, so that `at` is, with rows around it. */
export function firstInSight(at: number, total: number, count: number): number {
  const middle = at - Math.floor(count / 2);
  return Math.max(0, Math.min(middle, total - count));
}

function cellOf({ text, style }: Span, width = 0): Span {
  if (width === 0) return span("");
  return span(`${padText(fitText(text, width - 2), width - 2)}  `, style);
}

/** Columns of each cell with its gap; 0: left out. */
function shareWidth<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): readonly number[] {
  const wanted = columns.map(({ title, most, least, cell }) => {
    const widest = rows.reduce(
      (max, row) => Math.max(max, textWidth(cell(row).text)),
      title.length,
    );
    return Math.min(most, Math.max(least, widest)) + 2;
  });
  let used = columns.length;
  while (used > 1 && sum(columns.slice(0, used).map(({ least }) => least + 2)) > width) used -= 1;
  const widths = wanted.map((one, index) => (index < used ? one : 0));
  let over = sum(widths) - width;
  for (let index = used - 1; index >= 0 && over > 0; index -= 1) {
    const give = Math.min(
      over,
      Math.max(0, (widths[index] ?? 0) - (columns[index]?.least ?? 0) - 2),
    );
    widths[index] = (widths[index] ?? 0) - give;
    over -= give;
  }
  if (over > 0) widths[0] = Math.max(3, (widths[0] ?? 0) - over);
  const grower = columns.findIndex(({ grows }, index) => grows === true && index < used);
  if (over < 0 && grower >= 0) widths[grower] = (widths[grower] ?? 0) - over;
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
