import { expect, test } from "vitest";
import { block, table } from "./table.ts";
import { sinceWhen } from "./times.ts";

test("lines columns up by what they take on a screen", () => {
  const text = table(
    ["NAME", "STATE"],
    [
      ["漢字", "ok"],
      ["a\u001b[2Jb\nc", "on"],
    ],
  );

  expect(text).toBe("NAME   STATE\n漢字   ok\nab c   on\n");
});

test("lets no value say more than its line, or anything to the terminal", () => {
  const text = block([
    ["Name", "a\u001b[31m\u001b]0;title\u0007b\u202e"],
    ["Text", "x\nDigest: sha256:0"],
  ]);

  expect(text).toBe("Name: ab\nText: x Digest: sha256:0\n");
});

test.each([
  ["2026-01-01T00:00:00Z", "now"],
  ["2025-12-31T23:59:59Z", "1 second ago"],
  ["2025-12-31T22:00:00Z", "2 hours ago"],
  ["2025-11-30T22:00:00Z", "2025-11-30"],
])("says when %s was", (time, words) => {
  expect(sinceWhen(time, Date.parse("2026-01-01T00:00:00Z"))).toBe(words);
});
