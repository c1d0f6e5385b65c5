import { expect, test } from "vitest";
import { splitWords } from "./word-split.ts";

function words(text: string): string[] {
  return splitWords(text, ["${", "}"]).map((word) => word.text);
}

test.each([
  ["", []],
  ["one", ["one"]],
  [" one\ttwo\nthree ", ["one", "two", "three"]],
  ['"one two" three', ["one two", "three"]],
  ["'one \"two\"'", ['one "two"']],
  ['"say \\"hi\\" \\n"', ['say "hi" \\n']],
  ["'it\\'", ["it\\"]],
  ["one\\ two", ["one two"]],
  ["C:\\dir", ["C:\\dir"]],
  ['""', [""]],
  ['a="b c"', ['a="b c"']],
  ['"a b"c', ["a bc"]],
  ["it's", ["it's"]],
  ['one "two', ['one "two']],
  ["${ a.b } x", ["${ a.b }", "x"]],
  ['"${ a.b } x"', ["${ a.b } x"]],
  ["${{ a.b }}${c}", ["${{ a.b }}${c}"]],
  ["--x=${a 'b'}", ["--x=${a 'b'}"]],
])("splits %j into %j", (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test("knows which word was quoted", () => {
  expect(splitWords(`"" a`, ["{{", "}}"])).toEqual([
    { text: "", quoted: true },
    { text: "a", quoted: false },
  ]);
});
