import { describe, expect, test } from "vitest";
import { checkOption, choicesOf, textOfOption, valueOfText } from "./option-value.ts";

const STRINGS = { type: "array", items: { type: "string" } } as const;
const NUMBERS = { type: "array", items: { type: "integer" }, maxItems: 2 } as const;
const MAP = { type: "object", additionalProperties: { type: "string" } } as const;
const DELAYS = { type: "object", additionalProperties: { type: "number", minimum: 0 } } as const;

describe("an option as text", () => {
  test.each([
    [{ type: "string" }, "123", "123"],
    [{ type: "integer" }, 123, "123"],
    [{ type: "boolean" }, true, "true"],
    [{ enum: ["a", 2] }, 2, "2"],
    [STRINGS, ["a", "b c"], "a, b c"],
    [STRINGS, ["a,b", ""], '["a,b",""]'],
    [STRINGS, [], "[]"],
    [MAP, { A: "1", B: "x y" }, "A=1, B=x y"],
    [MAP, { A: "1,2" }, '{"A":"1,2"}'],
    [DELAYS, { start: 5 }, "start=5"],
    [{}, { deep: [1] }, '{"deep":[1]}'],
    [{}, "any text", "any text"],
  ] as const)("of %j, %j is %j and back", (schema, value, text) => {
    expect(textOfOption(value)).toBe(text);
    expect(valueOfText(schema, text)).toEqual(value);
    expect(checkOption(schema, text)).toBeUndefined();
  });

  test.each([
    [{ type: "integer", minimum: 1 }, "0", "at least 1"],
    [{ type: "string", pattern: "^/" }, "rel", "must match ^/"],
    [NUMBERS, "1, x", "x: a whole number"],
    [NUMBERS, "1, 2, 3", "at most 2 of them"],
    [STRINGS, "{}", "a list"],
    [MAP, "A=1, B", "NAME=VALUE, more with commas between"],
    [DELAYS, "start=-1", "start: at least 0"],
    [{ type: "object" }, "{oops", "a JSON object"],
  ])("of %j, %j is wrong: %s", (schema, text, problem) => {
    expect(checkOption(schema, text)).toBe(problem);
  });

  test("choices are those of the schema, of a boolean its two", () => {
    expect(choicesOf({ enum: ["a", 1] })).toEqual(["a", "1"]);
    expect(choicesOf({ const: "only" })).toEqual(["only"]);
    expect(choicesOf({ type: "boolean" })).toEqual(["true", "false"]);
    expect(choicesOf({ type: ["string", "null"] })).toEqual([]);
  });
});
