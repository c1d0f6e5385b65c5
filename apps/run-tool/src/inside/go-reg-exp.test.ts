import { expect, test } from "vitest";
import { goRegExp, matchedText } from "./go-reg-exp.ts";

test.each([
  ["--- FAIL: (.*) \\(.*\\)", "--- FAIL: TestA (0.1s)\nok\n--- FAIL: TestB (1s)\n", "TestA\nTestB"],
  ["(.*)", "one\ntwo\n", "one\ntwo\n"],
  ["(?i)(ab)(c)?", "AB abc", "AB\n\nab\nc"],
  ["(?P<name>x+)", "a xx b", "xx"],
  ["\\Astart", "start", "start"],
  ["\\d+", "1 a 22", "1\n22"],
  ["(nothing)", "text", ""],
])("%j finds in %j %j", (pattern, text, expected) => {
  expect(matchedText(pattern, text)).toBe(expected);
});

test("names a pattern that cannot be read", () => {
  expect(() => goRegExp("(")).toThrow('"(" is not a valid regular expression');
});
