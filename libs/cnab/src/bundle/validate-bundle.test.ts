import { describe, expect, it } from "vitest";
import { bundleTaking, bundleWith } from "../testing/bundle.ts";
import { errorsOf, problemsOf, text, warningsOf } from "../testing/problems.ts";
import { validateBundle } from "./validate-bundle.ts";

function outputs(...paths: readonly string[]) {
  const entries = paths.map((path, index) => [`o${index}`, { definition: "text", path }] as const);
  return { ...text, outputs: Object.fromEntries(entries) };
}

function withDigest(contentDigest: string) {
  return { invocationImages: [{ image: "a", contentDigest }] };
}

describe("the identity of a bundle", () => {
  it("has nothing to complain of in the smallest bundle", () => {
    expect(problemsOf({})).toEqual([]);
  });

  it.each(["banana", "", "v2.0.0", "99.99", "v1.2.0.0"])(
    "[B-02] refuses schemaVersion %j",
    (schemaVersion) => {
      expect(errorsOf({ schemaVersion })).toEqual(["schema-version at /schemaVersion"]);
    },
  );

  it.each(["v1", "v1.2", "v1.0.0", "v1.1.0", "1.2.0"])(
    "[B-02] accepts schemaVersion %j",
    (schemaVersion) => {
      expect(problemsOf({ schemaVersion })).toEqual([]);
    },
  );

  it.each(["v1.3.0", "v1.2.0-WD"])("[B-02] warns of schemaVersion %j", (schemaVersion) => {
    expect(errorsOf({ schemaVersion })).toEqual([]);
    expect(warningsOf({ schemaVersion })).toEqual(["schema-version at /schemaVersion"]);
  });

  it.each(["a\tb", "a\nb", "", "\u0000"])("[B-04] refuses the name %j", (name) => {
    expect(errorsOf({ name })).toEqual(["name at /name"]);
  });

  it.each(["com.example.hello", "Grüße, Welt 🎉", "名前"])("[B-04] accepts the name %j", (name) => {
    expect(problemsOf({ name })).toEqual([]);
  });

  it.each(["latest", "1", "1.0", "1.0.0.0", "x1", "01.0.0", " 1.0.0", ""])(
    "[B-05] refuses the version %j",
    (version) => {
      expect(errorsOf({ version })).toEqual(["version at /version"]);
    },
  );

  it.each(["1.0.0", "0.1.0-alpha.1+build.5"])("[B-05] accepts the version %j", (version) => {
    expect(problemsOf({ version })).toEqual([]);
  });

  it("[B-05] warns of the prefix v, which the schema lets pass", () => {
    expect(errorsOf({ version: "v1.0.0" })).toEqual([]);
    expect(warningsOf({ version: "v1.0.0" })).toEqual(["version at /version"]);
  });
});

describe("the structure of a bundle made by a program", () => {
  it("[B-06] is checked as well", () => {
    const bundle = { ...bundleWith(), invocationImages: [] };

    expect(validateBundle(bundle)).toMatchObject([
      { code: "structure", path: "/invocationImages" },
    ]);
  });
});

describe("the images of a bundle", () => {
  const images = { web: { image: "nginx@sha256:aa" } };

  it("[B-21] owe no digest while the bundle stays here", () => {
    expect(problemsOf({ images })).toEqual([]);
  });

  it("[B-21] owe their digest, each of them, before the bundle is distributed", () => {
    const problems = validateBundle(bundleWith({ images }), { forDistribution: true });

    expect(problems.map(({ path }) => path)).toEqual([
      "/invocationImages/0/contentDigest",
      "/images/web/contentDigest",
    ]);
    expect(problems[0]?.message).toContain("example.com/hello:1.0.0");
  });

  it("accepts placeholder digests, but nothing that is no digest at all", () => {
    expect(errorsOf(withDigest("sha256:aaaa"))).toEqual([]);
    expect(errorsOf(withDigest("aaaa"))).toEqual(["digest at /invocationImages/0/contentDigest"]);
  });
});

describe("the actions of a bundle", () => {
  it.each(["install", "upgrade", "uninstall"])("[B-15] cannot be named %s", (name) => {
    expect(errorsOf({ actions: { [name]: {} } })).toEqual([`reserved-action at /actions/${name}`]);
  });

  it("warns when something applies to an action that does not exist", () => {
    const parts = { credentials: { c: { env: "C", applyTo: ["install", "instal"] } } };

    expect(problemsOf(parts)).toMatchObject([
      { severity: "warning", path: "/credentials/c/applyTo/1", hint: 'Did you mean "install"?' },
    ]);
  });
});

describe("the definitions of a bundle", () => {
  it.each([
    ["an unknown type", { type: "banana" }],
    ["a keyword of the wrong type", { minimum: "1" }],
    ["a reference to nothing", { $ref: "#/definitions/nothing" }],
    ["a pattern that is none", { pattern: "(" }],
    ["another dialect", { $schema: "https://json-schema.org/draft/2020-12/schema" }],
    ["asynchronous", { $async: true }],
  ])("[B-20] must be JSON Schema: not %s", (_, definition) => {
    expect(errorsOf({ definitions: { d: definition } })).toEqual([
      "definition-invalid at /definitions/d",
    ]);
  });

  it.each([
    ["a boolean", true],
    ["look-ahead in a pattern", { type: "string", pattern: "^(?!a).+$" }],
    ["a pattern without the u flag", { type: "string", pattern: "^[\\w\\-]+$" }],
    ["its own reference", { definitions: { a: { type: "string" } }, $ref: "#/definitions/a" }],
    ["an encoding that is only a note", { type: "string", contentEncoding: "base32" }],
    ["an id", { $id: "https://example.com/same" }],
  ])("[B-20] may be %s", (_, definition) => {
    expect(problemsOf({ definitions: { d: definition, again: definition } })).toEqual([]);
  });

  it("[B-10, B-12] must exist when a parameter or an output names them", () => {
    const parts = {
      definitions: { port: {} },
      parameters: { p: { definition: "prot", destination: { env: "P" } } },
      outputs: { o: { definition: "constructor", path: "/cnab/app/outputs/o" } },
    };

    expect(problemsOf(parts)).toMatchObject([
      {
        code: "definition-missing",
        path: "/parameters/p/definition",
        hint: expect.stringMatching(/"port"/),
      },
      { code: "definition-missing", path: "/outputs/o/definition" },
    ]);
  });

  it("warns of a default that its own definition refuses", () => {
    const definitions = { d: { type: "integer", default: "x" } };

    expect(warningsOf({ definitions })).toEqual(["default-invalid at /definitions/d/default"]);
  });
});

describe("the outputs of a bundle", () => {
  it.each([
    "/cnab/app/outputs",
    "/cnab/app/outputs/",
    "/cnab/app/outputs/../x",
    "/cnab/app/outputs-x/y",
    "cnab/app/outputs/x",
    "/etc/passwd",
  ])("[B-13] cannot be at %j", (path) => {
    expect(errorsOf(outputs(path))).toEqual(["output-path at /outputs/o0/path"]);
  });

  it.each([
    ["/cnab/app/outputs/a", "/cnab/app/outputs/a"],
    ["/cnab/app/outputs/a", "/cnab/app/outputs//./a"],
    ["/cnab/app/outputs/a", "/cnab/app/outputs/a/b"],
  ])("[B-13] cannot share: %j and %j", (one, other) => {
    expect(errorsOf(outputs(one, other))).toEqual(["output-path at /outputs/o1/path"]);
  });

  it("[B-13] may lie deeper", () => {
    expect(problemsOf(outputs("/cnab/app/outputs/a/b", "/cnab/app/outputs/a/c"))).toEqual([]);
  });
});

describe("the required extensions of a bundle", () => {
  it("[X-04] are reported when custom has nothing for them", () => {
    const parts = {
      requiredExtensions: ["io.cnab.docker", "io.gone"],
      custom: { "io.cnab.docker": null },
    };

    expect(warningsOf(parts)).toEqual(["extension-undeclared at /requiredExtensions/1"]);
  });
});

describe("every problem", () => {
  it("has a message and a hint", () => {
    const bundle = bundleTaking({ type: "banana" }, { destination: {} });

    for (const { message, hint } of validateBundle(bundle)) {
      expect(message).toMatch(/\.$/);
      expect(hint).not.toBe("");
    }
  });
});
