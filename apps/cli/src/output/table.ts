import { cleanText, padText, textWidth } from "@gantry/terminal-text";

/** Columns under their headers, three blanks apart; the last column is as wide as it needs to be. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headers, ...rows.map((row) => row.map(oneLine))];
  const widths = headers.map((_, index) =>
    Math.max(...cells.map((row) => textWidth(row[index] ?? ""))),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : padText(cell, (widths[index] ?? 0) + 3),
      )
      .join("")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

/** `Name: value` lines. A value may be anybody's words: it stays in its line. */
export function block(fields: readonly (readonly [string, string])[]): string {
  const width = Math.max(...fields.map(([name]) => name.length)) + 2;
  return fields
    .map(([name, value]) => `${`${name}:`.padEnd(width)}${oneLine(value)}`.trimEnd() + "\n")
    .join("");
}

function oneLine(text: string): string {
  return cleanText(text).replaceAll("\n", " ");
}
