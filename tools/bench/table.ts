import { type Figure, type Gap, isMet, type Line } from "./line.ts";

const HEAD = ["what", "measured", "beside", "measured", "ratio", "p25 to p75", "target", "pairs"];
/** Columns of numbers, set to the right. */
const NUMBERS = new Set([1, 3, 4, 5, 6, 7]);

/** The lines as a Markdown table that also reads well as plain text, then the notes, then what is missing. */
export function renderTable(lines: readonly Line[], gaps: readonly Gap[]): string {
  const rows = [HEAD, ...lines.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head = "", ...body] = rows.map((row) => layOut(row, widths));
  const rule = `|${widths.map((width, column) => `-${"-".repeat(width)}${NUMBERS.has(column) ? ":" : "-"}`).join("|")}|`;
  const notes = lines.flatMap(({ what, note }) =>
    note === undefined ? [] : [`- ${what}: ${note}`],
  );
  const missing = gaps.map(({ what, reason }) => `- not measured: ${what}: ${reason}`);
  const remarks = [...notes, ...missing];
  return [head, rule, ...body, ...(remarks.length > 0 ? ["", ...remarks] : []), ""].join("\n");
}

function layOut(row: readonly string[], widths: readonly number[]): string {
  const padded = widths.map((width, column) => {
    const text = row[column] ?? "";
    return NUMBERS.has(column) ? text.padStart(width) : text.padEnd(width);
  });
  return `| ${padded.join(" | ")} |`;
}

function cells(line: Line): readonly string[] {
  const { what, measured, beside, ratio, count } = line;
  return [
    what,
    formatFigure(measured),
    beside?.what ?? "",
    beside === undefined ? "" : formatFigure(beside.measured),
    ratio === undefined ? "" : ratio.median.toFixed(2),
    ratio === undefined ? "" : `${ratio.p25.toFixed(2)} to ${ratio.p75.toFixed(2)}`,
    targetText(line),
    String(count),
  ];
}

function targetText(line: Line): string {
  const { target, measured } = line;
  if (target === undefined) return "";
  const bound =
    target.of === "ratio"
      ? target.atMost.toFixed(2)
      : formatFigure({ value: target.atMost, unit: measured.unit });
  return `${isMet(line) === true ? "ok" : "OVER"} <= ${bound}`;
}

/** Three digits that count, thousands apart. */
export function formatFigure({ value, unit }: Figure): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const shown = unit === "calls" ? 0 : digits;
  return `${value.toLocaleString("en-US", { minimumFractionDigits: shown, maximumFractionDigits: shown })} ${unit}`;
}
