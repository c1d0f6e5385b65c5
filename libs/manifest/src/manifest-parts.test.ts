import { expect, test } from "vitest";
import { BuildArgError, customBuildArgs } from "./build-args.ts";
import { canonicalManifest } from "./canonical-manifest.ts";
import { lintManifest } from "./lint-manifest.ts";
import { bundleReference } from "./reference.ts";
import { MINIMAL, parsed } from "./sample-manifest.ts";
import { UnknownActionError, stepsFor } from "./steps-for.ts";

test("finds nothing to advise in the shortest manifest", () => {
  expect(lintManifest(parsed(MINIMAL))).toEqual([]);
});

test("advises as Porter does, field by field", () => {
  const manifest = parsed(`${MINIMAL}
parameters: [{name: porter-x, type: string}, {name: late, applyTo: [upgrade]}]
upgrade:
  - exec: {command: bash, flags: {c: '"echo quoted"'}}
  - exec: {description: Bad, command: bash, flags: {c: echo loose}}
check:
  - exec: {command: echo, arguments: ["\${bundle.parameters.late}"]}
`);

  const results = lintManifest(manifest);

  expect(
    results.map(({ Code, Level, Location }) => [Code, Level, Location.Action, Location.StepNumber]),
  ).toEqual([
    ["porter-100", 0, "", 0],
    ["porter-101", 0, "check", 1],
    ["exec-100", 2, "upgrade", 1],
    ["exec-100", 2, "upgrade", 2],
    ["exec-101", 0, "upgrade", 2],
  ]);
  expect(results[4]?.Location).toEqual({
    Action: "upgrade",
    Mixin: "exec",
    StepNumber: 2,
    StepDescription: "Bad",
  });
  expect(Object.keys(results[0] ?? {})).toEqual([
    "Level",
    "Location",
    "Code",
    "Title",
    "Message",
    "URL",
  ]);
});

test("keeps the text to the byte when nothing is edited", () => {
  const text = `# top\r\n${MINIMAL}\n\n   # end`;

  expect(canonicalManifest(text, {})).toBe(text);
});

test("edits name, version and custom values, and keeps comments and order", () => {
  const text = `# top
schemaVersion: 1.0.1
name: sample # the name
version: 0.1.0

custom:
  # colours
  app: {color: blue}
  flat: x
mixins: [exec]
`;

  const edited = canonicalManifest(text, {
    name: "other",
    version: "1.2.3",
    custom: { "app.color": "red: 'x'", "flat.deep": "1", "new.key": "true" },
  });

  expect(edited).toBe(`# top
schemaVersion: 1.0.1
name: other # the name
version: 1.2.3

custom:
  # colours
  app: {color: "red: 'x'"}
  flat:
    deep: "1"
  new:
    key: "true"
mixins: [exec]
`);
});

test("gives custom values as build arguments that the Dockerfile declares", () => {
  const manifest = parsed(
    `${MINIMAL}custom: {app: {log-level: 3, on: true}, other: x, list: [1], none: null}\n`,
  );
  const dockerfile = `FROM a
ARG CUSTOM_APP_LOG_LEVEL
ARG CUSTOM_APP_ON=false CUSTOM_LIST
ARG CUSTOM_NONE
# ARG CUSTOM_OTHER
`;

  expect(customBuildArgs(manifest, dockerfile)).toEqual({
    CUSTOM_APP_LOG_LEVEL: "3",
    CUSTOM_APP_ON: "true",
    CUSTOM_LIST: "[1]",
    CUSTOM_NONE: "",
  });
});

test("refuses a build argument over 5000 characters without showing it", () => {
  const manifest = parsed(`${MINIMAL}custom: {a: ${"x".repeat(5001)}, b: ${"y".repeat(5000)}}\n`);

  expect(() => customBuildArgs(manifest, "FROM a\nARG CUSTOM_A\n")).toThrow(BuildArgError);
  expect(() => customBuildArgs(manifest, "FROM a\nARG CUSTOM_A\n")).toThrow(
    /CUSTOM_A has 5001 characters/,
  );
  expect(Object.keys(customBuildArgs(manifest, "FROM a\nARG CUSTOM_B\n"))).toEqual(["CUSTOM_B"]);
});

test.each([
  [{ registry: "localhost:5000", name: "mybuns" }, "localhost:5000/mybuns", "v1.0.0_b"],
  [{ registry: "example.com/team", name: "My Bundle!" }, "example.com/team/my-bundle", "v1.0.0_b"],
  [{ reference: "ghcr.io/a/b:v9", registry: "ignored", name: "x" }, "ghcr.io/a/b", "v9"],
  [{ reference: "ghcr.io/a/b", name: "x" }, "ghcr.io/a/b", "v1.0.0_b"],
])("names the bundle of %j", (fields, repository, tag) => {
  const names = bundleReference({ version: "1.0.0+b", ...fields });

  expect(names).toMatchObject({ repository, tag, reference: `${repository}:${tag}` });
  expect(names.buildImage).toMatch(new RegExp(`^${repository}:porter-[0-9a-f]{32}$`));
});

test("gives the steps of an action, none for a built-in that is absent, and refuses others", () => {
  const manifest = parsed(`${MINIMAL}status: [{exec: {command: ps}}]\n`);

  expect(stepsFor(manifest, "status")).toHaveLength(1);
  expect(stepsFor(manifest, "upgrade")).toBeUndefined();
  expect(() => stepsFor(manifest, "statsu")).toThrow(UnknownActionError);
  expect(() => stepsFor(manifest, "statsu")).toThrow(
    expect.objectContaining({ hint: 'Did you mean "status"?' }),
  );
});
