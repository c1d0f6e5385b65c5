import { describe, expect, it } from "vitest";
import { parseBundle } from "../bundle/parse-bundle.ts";
import { BundleError } from "../problem.ts";
import { thrownBy } from "../testing/bundle.ts";
import { canonicalJson } from "./canonical.ts";
import { digestOf } from "./digest.ts";

/** The example of CNAB 201, whose digest that section prints. */
const EXAMPLE_201 = {
  schemaVersion: "v1.0.0",
  name: "helloworld",
  version: "0.1.1",
  description: "A short description of your bundle",
  keywords: ["helloworld", "cnab", "tutorial"],
  maintainers: [{ name: "Jane Doe", email: "jane.doe@example.com", url: "https://example.com" }],
  invocationImages: [
    {
      imageType: "docker",
      image: "cnab/helloworld:0.1.1",
      size: 942,
      contentDigest: "sha256:a59a4e74d9cc89e4e75dfb2cc7ea5c108e4236ba6231b53081a9e2506d1197b6",
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    },
  ],
  images: null,
  parameters: null,
  credentials: null,
};

describe("canonicalJson", () => {
  it("gives the digest that CNAB 201 prints for its example, where null stands for absent", () => {
    const canonical = canonicalJson(parseBundle(JSON.stringify(EXAMPLE_201)));

    expect(canonical).toHaveLength(498);
    expect(digestOf(canonical)).toBe(
      "sha256:e91b9dfcbbb3b88bac94726f276b89de46e4460b55f6e6d6f876e666b150ec5b",
    );
  });

  it("keeps null where it is a value", () => {
    const canonical = canonicalJson(EXAMPLE_201);

    expect(canonical).toHaveLength(549);
    expect(digestOf(canonical)).toBe(
      "sha256:5640bfdf921746fe4a5aefd04e83ad520af3093f433e3b6b2dbd1ec0cf88cf80",
    );
  });

  it("[B-01] is the identity on what it wrote", () => {
    const once = canonicalJson(EXAMPLE_201);

    expect(canonicalJson(JSON.parse(once))).toBe(once);
  });

  it("writes numbers, strings and keys as RFC 8785 does", () => {
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
      "\ufb33": "after the surrogates",
      "\u{1f600}": "before",
    };

    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/","\u{1f600}":"before","\ufb33":"after the surrogates"}',
    );
  });

  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  it.each([
    ["a number that is none", { a: Number.NaN }],
    ["infinity", [Number.POSITIVE_INFINITY]],
    ["half a surrogate pair", "\ud800"],
    ["a cycle", cycle],
    ["nothing", undefined],
  ])("refuses %s", (_, value) => {
    const error = thrownBy(() => canonicalJson(value));

    expect(error).toBeInstanceOf(BundleError);
    expect(error).toMatchObject({
      code: "not-json",
      message: expect.stringMatching(/no canonical JSON form/),
    });
  });
});

describe("digestOf", () => {
  it("is the sha256 of the bytes, and of text as UTF-8", () => {
    const empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    expect(digestOf(new Uint8Array())).toBe(empty);
    expect(digestOf("é")).toBe(digestOf(new Uint8Array([0xc3, 0xa9])));
  });
});
