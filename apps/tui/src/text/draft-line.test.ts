import { describe, expect, test } from "vitest";
import { draftLine } from "./draft-line.ts";
import { draftOf } from "./edit-text.ts";
import { lineWidth, textOf } from "./line.ts";

function shown(text: string, cursor: number, room: number): string {
  return draftLine(draftOf(text, cursor), { room })
    .map((one) => (one.style === "cursor" ? `[${one.text}]` : one.text))
    .join("");
}

describe("a line that is being written", () => {
  test.each([
    ["", 0, "[ ]"],
    ["abc", 3, "abc[ ]"],
    ["abc", 1, "a[b]c"],
    ["a漢b", 1, "a[漢]b"],
    ["ae\u0301b", 1, "a[e\u0301]b"],
    ["abcdefghij", 10, "…defghij[ ]"],
    ["abcdefghij", 0, "[a]bcdefgh…"],
    ["abcdefghijklmnop", 8, "…defgh[i]j…"],
  ])("%j with the cursor at %i", (text, cursor, expected) => {
    expect(shown(text, cursor, 9)).toBe(expected);
  });

  test("its cursor is in sight and it is never too wide, wherever the cursor is", () => {
    for (const text of ["0123456789".repeat(9), "漢字".repeat(40), "👩‍👩‍👧e\u0301 ".repeat(30)]) {
      for (let cursor = 0; cursor <= text.length; cursor += 1) {
        const line = draftLine(draftOf(text, cursor), { room: 21 });
        expect(line.filter(({ style }) => style === "cursor")).toHaveLength(1);
        expect(lineWidth(line)).toBeLessThanOrEqual(21);
      }
    }
  });

  test("a secret shows nothing but its mask, under the cursor too", () => {
    expect(textOf(draftLine(draftOf("hunter2", 3), { room: 40, mask: "*" }))).toBe("*******");
  });
});
