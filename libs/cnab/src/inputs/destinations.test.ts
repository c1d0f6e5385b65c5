import { describe, expect, it } from "vitest";
import { errorsOf, problemsOf, text } from "../testing/problems.ts";

/** A document with a parameter of this destination. */
function parameter(destination: Readonly<Record<string, unknown>>) {
  return { ...text, parameters: { p: { definition: "text", destination } } };
}

function both(a: readonly string[], b: readonly string[]) {
  return { credentials: { a: credential(a), b: credential(b) } };
}

function credential(applyTo: readonly string[]) {
  return { env: "X", applyTo };
}

describe("the destinations of a bundle", () => {
  it("[B-10] must be set for a parameter", () => {
    expect(errorsOf(parameter({}))).toEqual(["destination at /parameters/p/destination"]);
  });

  it("[B-11] must be set for a credential", () => {
    expect(errorsOf({ credentials: { c: {} } })).toEqual(["destination at /credentials/c"]);
  });

  it.each([
    "/cnab/app/outputs",
    "/cnab/app/outputs/x",
    "/cnab//app/./outputs/x",
    "cnab/app/outputs/x",
    "c:\\cnab\\app\\outputs\\x",
  ])("[B-14] are not for outputs: %j", (path) => {
    expect(errorsOf(parameter({ path }))).toEqual([
      "destination-reserved at /parameters/p/destination/path",
    ]);
    expect(errorsOf({ credentials: { c: { path } } })).toEqual([
      "destination-reserved at /credentials/c/path",
    ]);
  });

  it.each(["/cnab/app/outputs-x", "/cnab/app/outputs2/x", "/etc/x", "relative/x"])(
    "[B-14] may be %j",
    (path) => {
      expect(problemsOf(parameter({ path }))).toEqual([]);
    },
  );

  it.each(["/cnab/app/run", "/cnab/bundle.json", "/cnab/claim.json", "/cnab", "/cnab/app"])(
    "cannot be CNAB's own %s",
    (path) => {
      expect(errorsOf(parameter({ path }))).toEqual([
        "destination-reserved at /parameters/p/destination/path",
      ]);
    },
  );

  it.each(["/a/../b", "../b", "/..", "/", "", "/dir/", "/nul\0"])(
    "cannot be the path %j",
    (path) => {
      expect(errorsOf(parameter({ path }))).toEqual([
        "destination at /parameters/p/destination/path",
      ]);
    },
  );

  it("[B-19] cannot be a variable that begins with CNAB_", () => {
    expect(errorsOf(parameter({ env: "CNAB_ACTION" }))).toEqual([
      "destination-reserved at /parameters/p/destination/env",
    ]);
    expect(problemsOf(parameter({ env: "MY_CNAB_ACTION" }))).toEqual([]);
  });

  it.each(["", "A=B"])("cannot be the variable %j", (env) => {
    expect(errorsOf(parameter({ env }))).toEqual(["destination at /parameters/p/destination/env"]);
  });
});

describe("conflicts of destinations", () => {
  it("[B-18] are refused between a parameter and a credential, whatever the actions", () => {
    const parts = {
      ...text,
      parameters: {
        p: { definition: "text", destination: { env: "X", path: "a/b" }, applyTo: ["install"] },
      },
      credentials: { c: { env: "X", path: "/a//b", applyTo: ["upgrade"] } },
    };

    const problems = problemsOf(parts);

    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ["destination-shared", "/credentials/c/env"],
      ["destination-shared", "/credentials/c/path"],
    ]);
    expect(problems[0]?.message).toContain('parameter "p" and the credential "c"');
  });

  it("are refused between two of a kind only when an action takes both", () => {
    expect(errorsOf(both(["install"], ["upgrade"]))).toEqual([]);
    expect(errorsOf(both(["install"], []))).toEqual(["destination-shared at /credentials/b/env"]);
  });

  it("are refused where one file would have to be the directory of another", () => {
    const credentials = { deep: { path: "/a/b/c" }, flat: { path: "/a" }, near: { path: "/ab" } };

    expect(errorsOf({ credentials })).toEqual(["destination-shared at /credentials/deep/path"]);
  });

  it("take no time when there are many", () => {
    const credentials = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`c${index}`, { path: `/a/b/c${index}` }]),
    );

    expect(problemsOf({ credentials })).toEqual([]);
  });
});
