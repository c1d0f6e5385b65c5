import { expect, it } from "vitest";
import { readIgnore } from "./ignore.ts";

it("leaves out what matches, and what is below it, unless a later rule brings it back", () => {
  const rules = readIgnore("# note\nnode_modules\n**/*.log\n/dist/\n!dist/keep.txt\n");

  const left = [
    "node_modules",
    "node_modules/a/b",
    "x/y.log",
    "dist/a",
    "dist/keep.txt",
    "src/node_modules",
    "a",
  ];
  expect(left.filter((path) => rules.isIgnored(path))).toEqual([
    "node_modules",
    "node_modules/a/b",
    "x/y.log",
    "dist/a",
  ]);
  expect(rules.hasExceptions).toBe(true);
});

it("leaves out nothing by itself", () => {
  const rules = readIgnore("");

  expect([".dockerignore", "Dockerfile", ".git/x"].filter((path) => rules.isIgnored(path))).toEqual(
    [],
  );
});
