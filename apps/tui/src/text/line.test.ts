import { describe, expect, test } from "vitest";
import { endsLine, fillLine, fitLine, lineWidth, span, textOf, wrapText } from "./line.ts";

describe("a line", () => {
  test.each([
    ["fits as it is", ["ab", "cd"], 4, "abcd"],
    ["is cut in its last part", ["ab", "cdef"], 4, "abc…"],
    ["is cut between parts", ["abcd", "ef"], 4, "abc…"],
    ["keeps empty parts at its end", ["abcd", ""], 4, "abcd"],
    ["is cut before half of a wide sign", ["漢字漢字"], 6, "漢字…"],
    ["is nothing in no room", ["abc"], 0, ""],
  ])("that %s", (_name, parts, columns, expected) => {
    const fitting = fitLine(
      parts.map((text) => span(text)),
      columns,
    );

    expect(textOf(fitting)).toBe(expected);
    expect(lineWidth(fitting)).toBeLessThanOrEqual(columns);
  });

  test("is filled up to the edge, wide signs and all", () => {
    expect(lineWidth(fillLine([span("漢字")], 9))).toBe(9);
    expect(lineWidth(fillLine([span("漢字漢字漢字")], 9))).toBe(9);
  });

  test("has two ends, of which the left one gives way", () => {
    expect(textOf(endsLine([span("a long title")], [span("right")], 14))).toBe("a long … right");
    expect(textOf(endsLine([span("abc")], [span("right")], 14))).toBe("abc      right");
  });
});

describe("text in a narrow column", () => {
  test.each([
    ["one two three", 7, ["one two", "three"]],
    ["abcdefghij kl", 4, ["abcd", "efgh", "ij", "kl"]],
    ["漢字漢字", 3, ["漢", "字", "漢", "字"]],
    ["", 5, [""]],
  ])("%j in %i columns", (text, columns, expected) => {
    expect(wrapText(text, columns)).toEqual(expected);
  });
});
