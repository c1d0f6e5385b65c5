import { describe, expect, test } from "vitest";
import { helpOf } from "../command-line/help.ts";
import { type Entry, isGroup, optionsOf } from "../command-line/spec.ts";
import { TREE } from "./tree.ts";

const COMMANDS = walk(TREE, []);

describe.each(COMMANDS)("gantry $path", ({ entry, path }) => {
  test("has a help that fits 80 by 24", () => {
    const lines = helpOf(entry, path === "" ? [] : path.split(" "))
      .trimEnd()
      .split("\n");

    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("takes -o on every command, and no word twice", () => {
    if (isGroup(entry)) return expect(entry.commands.length).toBeGreaterThan(0);
    const options = optionsOf(entry);
    const words = options.flatMap(({ name, short }) => [
      name,
      ...(short === undefined ? [] : [short]),
    ]);

    expect(words).toContain("output");
    expect(new Set(words).size).toBe(words.length);
  });
});

function walk(entry: Entry, path: readonly string[]): { entry: Entry; path: string }[] {
  const below = isGroup(entry)
    ? entry.commands.flatMap((one) => walk(one, [...path, one.name]))
    : [];
  return [{ entry, path: path.join(" ") }, ...below];
}
