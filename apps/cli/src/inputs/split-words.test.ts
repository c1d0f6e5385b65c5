import { expect, test } from "vitest";
import { splitWords } from "./split-words.ts";

test.each([
  ["pass show db", ["pass", "show", "db"]],
  ["  a   'b c' \"d e\"f g\\ h ", ["a", "b c", "d ef", "g h"]],
  ["echo '$HOME' \"\\\"q\\\"\" ''", ["echo", "$HOME", '"q"', ""]],
  ["", []],
])("cuts %j as a shell would, expanding nothing", (text, words) => {
  expect(splitWords(text)).toEqual(words);
});
