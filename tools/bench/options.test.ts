import { expect, test } from "vitest";
import { readOptions } from "./options.ts";
import { ROWS } from "./rows.ts";

test("measures everything unless told otherwise", () => {
  expect(readOptions([])).toMatchObject({ rows: ROWS, pairs: 15, needsBuild: true });
});

test("selects rows by their groups", () => {
  const options = readOptions(["--only", "list,logs", "--pairs", "3", "--no-build"]);

  expect(options).toMatchObject({ pairs: 3, needsBuild: false });
  const groups = typeof options === "string" ? [] : options.rows.map(({ group }) => group);
  expect(new Set(groups)).toEqual(new Set(["list", "logs"]));
});

test.each([
  { argv: ["--only", "lists"], says: "--only: expected some of list," },
  { argv: ["--pairs", "0"], says: "--pairs: expected a whole number above 0, got 0" },
  { argv: ["--pairs", "many"], says: "got many" },
  { argv: ["--fast"], says: "--fast" },
  { argv: ["list"], says: "list" },
])("refuses $argv", ({ argv, says }) => {
  expect(readOptions(argv)).toContain(says);
});
