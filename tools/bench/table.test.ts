import { expect, test } from "vitest";
import { isMet, overheadNote, pairedLine } from "./line.ts";
import { formatFigure, renderTable } from "./table.ts";

const PAIRS = [
  { ours: 30, beside: 20 },
  { ours: 32, beside: 20 },
  { ours: 34, beside: 20 },
];

test("prints a comparison with its ratio, spread, target and count", () => {
  const line = pairedLine({
    what: "list",
    beside: "node",
    pairs: PAIRS,
    target: { of: "ratio", atMost: 1.5 },
  });

  const [, rule, row] = renderTable([line], []).split("\n");

  expect(rule).toMatch(/^\|-+\|-+:\|/);
  expect(row).toBe(
    "| list |  32.0 ms | node   |  20.0 ms |  1.60 | 1.55 to 1.65 | OVER <= 1.50 |     3 |",
  );
});

test("prints notes and what could not be measured below the table", () => {
  const line = {
    what: "memory",
    measured: { value: 90, unit: "MB" },
    count: 1,
    note: "calm",
  } as const;
  const gap = { what: "build", reason: "no engine", isFailure: false };

  const text = renderTable([line], [gap]);

  expect(text.trimEnd().split("\n").slice(-2)).toEqual([
    "- memory: calm",
    "- not measured: build: no engine",
  ]);
});

test.each([
  { atMost: 32, of: "value", met: true },
  { atMost: 31, of: "value", met: false },
  { atMost: 1.6, of: "ratio", met: true },
  { atMost: 1.5, of: "ratio", met: false },
] as const)("holds the $of against $atMost", ({ met, ...target }) => {
  expect(isMet(pairedLine({ what: "", beside: "", pairs: PAIRS, target }))).toBe(met);
});

test("says how much more it took", () => {
  expect(overheadNote(PAIRS)).toBe("+12.0 ms (11.0 to 13.0)");
  expect(overheadNote([{ ours: 1, beside: 3 }])).toBe("-2.0 ms (-2.0 to -2.0)");
});

test.each([
  [{ value: 1234567.8, unit: "lines/s" }, "1,234,568 lines/s"],
  [{ value: 3.14159, unit: "ms" }, "3.14 ms"],
  [{ value: 55.51, unit: "µs" }, "55.5 µs"],
  [{ value: 0, unit: "calls" }, "0 calls"],
] as const)("shows %o as %s", (figure, text) => {
  expect(formatFigure(figure)).toBe(text);
});
