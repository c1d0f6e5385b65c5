import { describe, expect, it } from "vitest";
import { BundleError } from "../problem.ts";
import { thrownBy } from "../testing/bundle.ts";
import { isSensitive } from "./definition.ts";
import { definitionFault, faultsOf } from "./validate-value.ts";

describe("faultsOf", () => {
  it.each([
    [{ type: "integer" }, "x", 'expected integer, found "x"'],
    [{ type: ["integer", "null"] }, true, "expected integer or null, found true"],
    [{ enum: ["a", "b"] }, "c", 'expected one of ["a","b"], found "c"'],
    [{ const: 1 }, 2, "expected 1, found 2"],
    [{ maximum: 10 }, 11, "expected a value that must be <= 10, found 11"],
    [{ format: "email" }, "x", 'expected a value that must match format "email", found "x"'],
    [{ format: "ipv4" }, "1.2.3", 'expected a value that must match format "ipv4", found "1.2.3"'],
    [{ contentEncoding: "base64" }, "a b", 'expected base64 text, found "a b"'],
    [{ items: { type: "string" } }, ["a", 1], "expected string at /1, found 1"],
    [{ additionalProperties: false }, { a: 1 }, 'expected no property "a", found {"a":1}'],
    [false, 1, "expected a value that boolean schema is false, found 1"],
  ])("of %j and %j", (definition, value, fault) => {
    expect(faultsOf(definition, value)).toEqual([fault]);
  });

  it("has nothing to say of values that fit", () => {
    expect(faultsOf({ type: "integer" }, 5)).toEqual([]);
    expect(faultsOf({ type: "integer" }, 5.0)).toEqual([]);
    expect(faultsOf({ type: "string", contentEncoding: "base64" }, "AP/+")).toEqual([]);
    expect(faultsOf({ type: "string", contentEncoding: "rot13" }, "?!")).toEqual([]);
    expect(faultsOf({ type: "array", maxItems: 1 }, [1])).toEqual([]);
    expect(faultsOf(true, null)).toEqual([]);
  });

  it("names every fault, and shortens what is long", () => {
    const faults = faultsOf({ maxLength: 3, pattern: "^b" }, "a".repeat(500));

    expect(faults).toHaveLength(2);
    expect(faults.join("").length).toBeLessThan(400);
  });

  it("[B-23] shows neither a sensitive value nor names inside it", () => {
    const definition = {
      type: "object",
      writeOnly: true,
      additionalProperties: false,
      properties: { port: { enum: [1] } },
      propertyNames: { maxLength: 4 },
    };
    const faults = faultsOf(definition, { port: "hunter2", s3cr3t: "hunter3" }).join("\n");

    expect(faults).toContain("expected one of [1]");
    expect(faults).not.toMatch(/hunter|s3cr3t/);
  });

  it.each([{ $ref: "#" }, { type: "banana" }, { $async: true }])(
    "blames the bundle for the definition %j",
    (definition) => {
      const error = thrownBy(() => faultsOf(definition, 1));

      expect(error).toBeInstanceOf(BundleError);
      expect(error).toMatchObject({ code: "definition-invalid" });
    },
  );

  it("keeps definitions of the same id apart", () => {
    const id = "https://example.com/same";

    expect(faultsOf({ $id: id, type: "string" }, 1)).toHaveLength(1);
    expect(faultsOf({ $id: id, type: "integer" }, 1)).toEqual([]);
  });
});

describe("a definition with an id of another schema", () => {
  it("replaces nothing", () => {
    const $id = "http://json-schema.org/draft-07/schema";

    expect(faultsOf({ $id, type: "string" }, 1)).toHaveLength(1);
    expect(faultsOf({ $schema: $id, type: "string" }, "x")).toEqual([]);
    expect(definitionFault({ type: "banana" })).toContain("schema is invalid");
    expect(faultsOf({ $ref: $id }, { type: "string" })).toEqual([]);
  });
});

describe("isSensitive", () => {
  it("sees writeOnly at any depth", () => {
    expect(isSensitive({ type: "string", writeOnly: true })).toBe(true);
    expect(isSensitive({ properties: { a: { items: [{ writeOnly: true }] } } })).toBe(true);
    expect(isSensitive({ type: "string", writeOnly: false })).toBe(false);
    expect(isSensitive(true)).toBe(false);
  });
});
