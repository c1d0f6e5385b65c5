import { describe, expect, it } from "vitest";
import { canonicalJson } from "../json/canonical.ts";
import { BundleError } from "../problem.ts";
import { bundleWith, documentWith, thrownBy } from "../testing/bundle.ts";
import { parseBundle } from "./parse-bundle.ts";

function refusalOf(parts: Readonly<Record<string, unknown>>): unknown {
  return thrownBy(() => bundleWith(parts));
}

describe("parseBundle", () => {
  it("reads text and bytes alike", () => {
    const text = JSON.stringify(documentWith());

    expect(parseBundle(new TextEncoder().encode(text))).toEqual(parseBundle(text));
  });

  it("takes null for absent wherever a field may be absent", () => {
    const bundle = bundleWith({
      images: null,
      credentials: null,
      invocationImages: [{ image: "a:1", labels: null, size: null }],
      parameters: { p: { definition: "d", applyTo: null, destination: { env: "P", path: null } } },
    });

    expect(bundle).toEqual(
      documentWith({
        invocationImages: [{ image: "a:1" }],
        parameters: { p: { definition: "d", destination: { env: "P" } } },
      }),
    );
  });

  it("[B-17] loses nothing: unknown nested fields, custom data, null values, keywords it does not know", () => {
    const document = documentWith({
      actions: { "io.example.a": { title: "A", "x-more": null } },
      definitions: { d: { default: null, "x-keyword": [1.5, null], maxItems: 3 }, any: true },
      parameters: { p: { definition: "d", destination: { env: "P", "x-more": 1 }, "x-more": {} } },
      custom: { "io.example": { deep: [null, { a: 0 }] }, nothing: null, empty: {} },
      outputs: {},
    });

    expect(canonicalJson(parseBundle(JSON.stringify(document)))).toBe(canonicalJson(document));
  });

  it.each(["name", "version"])("[B-03] refuses a bundle without %s", (field) => {
    expect(refusalOf({ [field]: undefined })).toMatchObject({ problems: [{ path: `/${field}` }] });
  });

  it("[B-02] refuses a bundle without schemaVersion", () => {
    expect(refusalOf({ schemaVersion: null })).toMatchObject({
      message: expect.stringMatching(/\/schemaVersion/),
    });
  });

  it.each([[[]], [null], [{}]])("[B-06] refuses %j as invocation images", (invocationImages) => {
    expect(refusalOf({ invocationImages })).toBeInstanceOf(BundleError);
  });

  it("[B-07] refuses an image entry without image", () => {
    const error = refusalOf({ invocationImages: [{ size: 1 }], images: { web: { size: 1 } } });

    expect(error).toMatchObject({
      problems: [{ path: "/invocationImages/0/image" }, { path: "/images/web/image" }],
    });
  });

  it("[B-10] refuses a parameter without definition or destination", () => {
    const error = refusalOf({ parameters: { p: {} } });

    expect(error).toMatchObject({
      problems: [{ path: "/parameters/p/definition" }, { path: "/parameters/p/destination" }],
    });
  });

  it("[B-12] refuses an output without definition or path", () => {
    const error = refusalOf({ outputs: { o: {} } });

    expect(error).toMatchObject({
      problems: [{ path: "/outputs/o/definition" }, { path: "/outputs/o/path" }],
    });
  });

  it("[B-16] always refuses an unknown field of the document, even null, and suggests the near one", () => {
    const error = refusalOf({ parameterz: {}, "x-mine": null });

    expect(error).toMatchObject({
      problems: [
        {
          code: "unknown-field",
          path: "/parameterz",
          hint: expect.stringMatching(/"parameters".*below "custom"/),
        },
        { code: "unknown-field", path: "/x-mine" },
      ],
    });
  });

  it.each([
    ["no JSON", "{"],
    ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22])],
    ["a member named __proto__", '{"custom": {"__proto__": {}}}'],
  ])("refuses what is %s", (_, document) => {
    const error = thrownBy(() => parseBundle(document));

    expect(error).toBeInstanceOf(BundleError);
    expect(error).toMatchObject({ code: "not-json", hint: expect.stringMatching(/bundle\.json/) });
  });

  it.each(["[]", "null", "1", '"text"'])("refuses %s, which is no object", (document) => {
    expect(thrownBy(() => parseBundle(document))).toMatchObject({ code: "structure" });
  });
});
