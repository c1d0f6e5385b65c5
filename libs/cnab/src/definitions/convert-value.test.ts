import { describe, expect, it } from "vitest";
import { InputError } from "../problem.ts";
import { thrownBy } from "../testing/bundle.ts";
import { convertValue } from "./convert-value.ts";

describe("convertValue", () => {
  it.each([
    ["string", "5", "5"],
    ["string", "", ""],
    ["string", ' "quoted" ', ' "quoted" '],
    ["integer", "8080", 8080],
    ["integer", "-3", -3],
    ["integer", " 7 ", 7],
    ["number", "1.5", 1.5],
    ["number", "-2e3", -2000],
    ["boolean", "true", true],
    ["boolean", "False", false],
    ["object", '{"a": [1]}', { a: [1] }],
    ["array", "[1, null]", [1, null]],
    ["null", "null", null],
    ["null", "", null],
  ])("makes %s of %j", (type, text, value) => {
    expect(convertValue({ type }, text)).toEqual(value);
  });

  it.each([
    ["integer", "1.5"],
    ["integer", "many"],
    ["integer", ""],
    ["integer", "9007199254740993"],
    ["integer", "0x10"],
    ["number", "1,5"],
    ["number", "Infinity"],
    ["number", ""],
    ["boolean", "yes"],
    ["boolean", "constructor"],
    ["object", "[]"],
    ["object", "{"],
    ["array", "{}"],
    ["null", "none"],
  ])("cannot make %s of %j", (type, text) => {
    const error = thrownBy(() => convertValue({ type }, text, { subject: 'parameter "it"' }));

    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      code: "invalid-value",
      message: `The parameter "it" cannot be used: expected ${type}, found ${JSON.stringify(text)}.`,
      hint: expect.stringMatching(/^Give /),
    });
  });

  it("takes the first of several types that fits", () => {
    expect(convertValue({ type: ["integer", "string"] }, "5")).toBe(5);
    expect(convertValue({ type: ["string", "integer"] }, "5")).toBe("5");
    expect(convertValue({ type: ["integer", "null"] }, "null")).toBeNull();
  });

  it("without a type takes JSON that the definition accepts, else text", () => {
    expect(convertValue({ enum: [1, 2] }, "1")).toBe(1);
    expect(convertValue({ enum: ["1", "2"] }, "1")).toBe("1");
    expect(convertValue(true, "not json")).toBe("not json");
  });

  it("does not show what was given for a sensitive definition", () => {
    const error = thrownBy(() => convertValue({ type: "integer", writeOnly: true }, "hunter2"));

    expect(error).toMatchObject({ message: expect.not.stringContaining("hunter2") });
  });
});

describe("convertValue with the bytes of a file", () => {
  it("encodes them where the definition asks for base64", () => {
    const definition = { type: "string", contentEncoding: "base64" };

    expect(convertValue(definition, new Uint8Array([0, 255, 254]))).toBe("AP/+");
    expect(convertValue(definition, new Uint8Array())).toBe("");
  });

  it("reads them as text otherwise, exactly", () => {
    expect(convertValue({ type: "string" }, new TextEncoder().encode("\ufeffline\r\n"))).toBe(
      "\ufeffline\r\n",
    );
    expect(convertValue({ type: "object" }, new TextEncoder().encode('{"a":1}'))).toEqual({ a: 1 });
  });

  it("refuses bytes that are no text", () => {
    expect(thrownBy(() => convertValue({ type: "string" }, new Uint8Array([255])))).toMatchObject({
      code: "invalid-value",
      message: "The value cannot be used: expected UTF-8 text, found other bytes.",
    });
  });
});
