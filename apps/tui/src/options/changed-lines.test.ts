import { expect, test } from "vitest";
import { changedLines } from "./changed-lines.ts";

test.each([
  ["", "a\nb\n", ["+ a", "+ b"]],
  ["a\nb\n", "a\nb\n", []],
  ["a\nb\nc\n", "a\nx\nc\n", ["- b", "+ x"]],
  ["a\nb\nc\nd\n", "a\nc\nnew\nd\n", ["- b", "+ new"]],
  ["a\n  b\n", "a\n  b\n  c\n", ["+   c"]],
])("from %j to %j", (before, after, lines) => {
  expect(changedLines(before, after)).toEqual(lines);
});

test("a file that became another is told whole, and quickly", () => {
  const [before, after] = ["old", "new"].map((word) =>
    Array.from({ length: 5_000 }, (_, index) => `${word} ${index}\n`).join(""),
  );

  expect(changedLines(before ?? "", after ?? "")).toHaveLength(10_000);
});
