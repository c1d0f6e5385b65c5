import { describe, expect, it } from "vitest";
import type { Bundle } from "../bundle/schema.ts";
import { digestOf } from "../json/digest.ts";
import { bundleWith } from "../testing/bundle.ts";
import { expectedOutputs, settleOutputs } from "./outputs.ts";

function at(path: string, applyTo?: readonly string[]) {
  return { definition: "kind", path, applyTo };
}

/** A bundle with one output `it` of this definition. */
function giving(definition: unknown): Bundle {
  return bundleWith({
    definitions: { kind: definition },
    outputs: { it: at("/cnab/app/outputs/it") },
  });
}

function settle(bundle: Bundle, files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const collected = new Map(
    Object.entries(files).map(([name, content]) => [name, Buffer.from(content)]),
  );
  return settleOutputs({ bundle, action: "install", collected });
}

function textOf(content: Uint8Array | undefined): string {
  return new TextDecoder().decode(content);
}

describe("expectedOutputs", () => {
  it("[R-13] are those of the action, by their path", () => {
    const bundle = bundleWith({
      definitions: { kind: {} },
      outputs: {
        all: at("/cnab/app/outputs/all"),
        deep: at("/cnab/app/outputs//a/deep", ["install"]),
        late: at("/cnab/app/outputs/late", ["upgrade"]),
      },
    });

    expect([...expectedOutputs(bundle, "install")]).toEqual([
      ["/cnab/app/outputs/all", "all"],
      ["/cnab/app/outputs/a/deep", "deep"],
    ]);
    expect(
      settleOutputs({ bundle, action: "uninstall", collected: new Map() }).problems,
    ).toHaveLength(1);
  });
});

describe("an output that was not written", () => {
  it.each([
    ["text", "text"],
    [5, "5"],
    [{ a: [1, true] }, '{"a":[1,true]}'],
    [null, "null"],
    ["", ""],
  ])("[R-10] takes its default %j", (preset, text) => {
    const { outputs, problems } = settle(giving({ default: preset }));

    expect(problems).toEqual([]);
    expect(outputs).toMatchObject([{ name: "it", from: "default" }]);
    expect(textOf(outputs[0]?.content)).toBe(text);
  });

  it("[R-11] is an error when it has no default, and hides no other", () => {
    const bundle = bundleWith({
      definitions: { kind: {} },
      outputs: {
        a: at("/cnab/app/outputs/a"),
        b: at("/cnab/app/outputs/b"),
        c: at("/cnab/app/outputs/c"),
      },
    });
    const { outputs, problems } = settle(bundle, { b: "written" });

    expect(problems).toMatchObject([
      { code: "output-missing", severity: "error", path: "/outputs/a" },
      { code: "output-missing", path: "/outputs/c" },
    ]);
    expect(outputs.map(({ name }) => name)).toEqual(["b"]);
  });
});

describe("an output that was written", () => {
  it.each([
    [{ type: "string" }, "5"],
    [{ type: "string", enum: ["World"] }, "World\n"],
    [{ type: "string" }, new Uint8Array([0, 255])],
    [{ type: "string", contentEncoding: "base64" }, new Uint8Array([0, 255])],
    [{ type: "string", contentEncoding: "base64" }, "not base64 !"],
    [{ type: "integer" }, "5\n"],
    [{ type: "integer" }, "5.0"],
    [{ type: "number" }, "5"],
    [{ type: "boolean" }, "true"],
    [{ type: "object" }, '{"a": 1}'],
    [{ type: ["integer", "null"] }, "null"],
    [{ enum: [1] }, "1"],
    [{ type: "integer" }, ""],
  ])("[R-12] fits %j as %j", (definition, content) => {
    const { outputs, problems } = settle(giving(definition), { it: content });

    expect(problems).toEqual([]);
    expect(outputs[0]?.content).toEqual(Buffer.from(content));
  });

  it.each([
    [{ type: "integer" }, "many", "expected integer, found text that is no JSON"],
    [{ type: "integer" }, "5.5", "expected integer, found 5.5"],
    [{ type: "integer" }, new Uint8Array([255]), "expected integer, found other bytes"],
    [{ type: "object" }, "[]", "expected object, found []"],
    [{ type: "string", maxLength: 1 }, "ab", 'must NOT have more than 1 characters, found "ab"'],
    [{ type: "integer", maximum: 3 }, "4", "must be <= 3, found 4"],
  ])("[R-12] does not fit %j as %j", (definition, content, reason) => {
    const { outputs, problems } = settle(giving(definition), { it: content });

    expect(problems).toMatchObject([{ code: "output-invalid", path: "/outputs/it" }]);
    expect(problems[0]?.message).toContain(reason);
    expect(outputs).toHaveLength(1);
  });

  it("[B-23] is marked when it is sensitive, and not shown in a problem", () => {
    const bundle = giving({ type: "string", maxLength: 2, writeOnly: true });
    const { outputs, problems } = settle(bundle, { it: "hunter2" });

    expect(outputs[0]?.sensitive).toBe(true);
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });
});

describe("what a claim result says of an output", () => {
  it("is its digest, and whether it is the bundle's own", () => {
    const { outputs } = settle(giving({}), {
      it: "x",
      "io.cnab.outputs.invocationImageLogs": "log",
    });

    expect(outputs.map(({ name, metadata }) => [name, metadata])).toEqual([
      ["it", { contentDigest: digestOf("x"), generatedByBundle: "true" }],
      [
        "io.cnab.outputs.invocationImageLogs",
        { contentDigest: digestOf("log"), generatedByBundle: "false" },
      ],
    ]);
  });

  it("is no digest when there is no content", () => {
    expect(settle(giving({}), { it: "" }).outputs[0]?.metadata).toEqual({
      generatedByBundle: "true",
    });
  });
});
