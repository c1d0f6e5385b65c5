import { describe, expect, test } from "vitest";
import { lineWidth, span, textOf } from "./line.ts";
import { type Column, firstInSight, tableLines } from "./table.ts";

interface Row {
  readonly name: string;
  readonly note: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "NAME", most: 20, least: 6, grows: true, cell: ({ name }) => span(name) },
  { title: "NOTE", most: 30, least: 8, cell: ({ note }) => span(note, "quiet") },
];

function shown(rows: readonly Row[], { at = 0, width = 40, height = 6 } = {}): readonly string[] {
  const lines = tableLines({ columns: COLUMNS, rows, at, width, height, none: "Nothing." });
  for (const one of lines) expect(lineWidth(one)).toBeLessThanOrEqual(width);
  return lines.map((one) => textOf(one).trimEnd());
}

const MANY = Array.from({ length: 10_000 }, (_, index) => ({ name: `row-${index}`, note: "x" }));

describe("a table", () => {
  test("marks the chosen row from edge to edge", () => {
    const lines = tableLines({
      columns: COLUMNS,
      rows: MANY.slice(0, 2),
      at: 1,
      width: 40,
      height: 6,
      none: "",
    });

    expect(lines[2]?.every(({ style }) => style === "chosen")).toBe(true);
    expect(lineWidth(lines[2] ?? [])).toBe(40);
  });

  test("shows the rows around the chosen one of many", () => {
    const rows = shown(MANY, { at: 5_000 });

    expect(rows).toHaveLength(6);
    expect(rows.join("\n")).toContain("› row-5000");
  });

  test("leaves out the last column where there is no room for it", () => {
    expect(shown([{ name: "a", note: "hidden" }], { width: 14 }).join("\n")).not.toContain(
      "hidden",
    );
  });

  test("cuts what is wider than its column", () => {
    expect(shown([{ name: "漢字".repeat(20), note: "n" }])[1]).toMatch(/^› 漢字.*… +n$/);
  });

  test("says so when there is nothing", () => {
    expect(shown([])).toContain("  Nothing.");
  });

  test.each([
    [0, 100, 10, 0],
    [50, 100, 10, 45],
    [99, 100, 10, 90],
    [2, 3, 10, 0],
  ])("with row %i of %i chosen in %i rows begins at %i", (at, total, count, expected) => {
    expect(firstInSight(at, total, count)).toBe(expected);
  });
});
