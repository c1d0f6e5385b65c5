import { expect, test } from "vitest";
import { optionRows } from "./driver-options.ts";

test("every option is a row, those of objects after their own", () => {
  const schema = {
    type: "object",
    required: ["host"],
    properties: {
      host: { type: "string", description: "Where it is" },
      mode: { enum: ["a", 1], default: "a" },
      names: { type: "array", items: { type: "string" } },
      tls: { type: "object", properties: { verify: { type: ["boolean", "null"] } } },
      fixed: { const: true, title: "Fixed" },
      odd: 7,
    },
  };

  expect(optionRows(schema)).toEqual([
    ["host (required)", "string", "", "Where it is"],
    ["mode", '"a" | 1', '"a"', ""],
    ["names", "list of string", "", ""],
    ["tls", "object", "", ""],
    ["tls.verify", "boolean | null", "", ""],
    ["fixed", "true", "", "Fixed"],
    ["odd", "", "", ""],
  ]);
  expect(optionRows({})).toEqual([]);
});
