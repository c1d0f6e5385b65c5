import { expect, test } from "vitest";
import { MINIMAL, parsed, refusals } from "./sample-manifest.ts";

test("reads the shortest manifest", () => {
  const manifest = parsed(MINIMAL);

  expect(manifest).toMatchObject({ name: "sample", version: "0.1.0", warnings: [] });
  expect([...manifest.actions.keys()]).toEqual(["install", "uninstall"]);
  expect(manifest.actions.get("install")).toEqual([
    { mixin: "exec", input: { command: "true" }, line: 8 },
  ]);
});

test("strips the v of a version and reads mixins with constraint and configuration", () => {
  const manifest = parsed(
    MINIMAL.replace("0.1.0", "v0.1.0").replace(
      "  - exec\n",
      "  - exec@^1\n  - helm3@1.x: {clientVersion: v3}\n  - az: null\n",
    ),
  );

  expect(manifest.version).toBe("0.1.0");
  expect(manifest.mixins).toEqual([
    { name: "exec", constraint: "^1" },
    { name: "helm3", constraint: "1.x", config: { clientVersion: "v3" } },
    { name: "az" },
  ]);
});

test.each(["1.0.0-alpha.1", "1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.3.0"])(
  "reads schemaVersion %s",
  (version) => {
    expect(parsed(MINIMAL.replace("1.0.1", version)).schemaVersion).toBe(version);
  },
);

test("takes an unknown key with steps for a custom action", () => {
  const manifest = parsed(`${MINIMAL}
status:
  - exec: {description: Look, command: ps}
boom: [{exec: {command: "false"}}]
customActions:
  boom: {description: Break it, stateless: true}
  typo: {modifies: true}
`);

  expect(manifest.customActions.get("status")).toEqual({
    description: "status",
    modifies: false,
    stateless: false,
  });
  expect(manifest.customActions.get("boom")).toEqual({
    description: "Break it",
    modifies: false,
    stateless: true,
  });
  expect(manifest.warnings).toMatchObject([
    { line: 17, message: 'the custom action "typo" has no steps' },
  ]);
});

test("takes a field with nothing behind it for absent", () => {
  const { parameters, outputs } = parsed(
    `${MINIMAL}outputs:\nparameters:\n  - name: a\n    description:\n    applyTo:\n    default:\n`,
  );

  expect(outputs).toEqual([]);
  expect(parameters).toEqual([{ name: "a", type: "string" }]);
});

test("accepts what other bundles write into the outputs of a step", () => {
  const text = `${MINIMAL}upgrade: [{exec: {command: x, outputs: [{name: o, sensitive: false, regex: "(.*)"}]}}]\n`;

  expect(refusals(text)).toEqual([]);
});

test("ignores the keys of older manifests, with a warning", () => {
  const { warnings } = parsed(`${MINIMAL}invocationImage: a/b\ntag: c\n`);

  expect(warnings.map(({ message }) => message)).toEqual([
    '"invocationImage" is no longer used and is ignored',
    '"tag" is no longer used and is ignored',
  ]);
});

test("fills in types and the actions of a parameter that is set from an output", () => {
  const { parameters, outputs } = parsed(`${MINIMAL}
upgrade: []
check: [{exec: {command: ls}}]
parameters:
  - name: plain
  - {name: cfg, path: cfg.json}
  - {name: wired, source: {output: id}}
outputs:
  - name: id
  - {name: report, path: report.txt}
`);

  expect(parameters.map(({ type }) => type)).toEqual(["string", "file", "string"]);
  expect(parameters[2]?.applyTo).toEqual(["uninstall", "upgrade", "check"]);
  expect(outputs.map(({ type }) => type)).toEqual(["string", "file"]);
});

test("makes an output of a persistent parameter", () => {
  const { parameters, outputs } = parsed(
    `${MINIMAL.replace("1.0.1", "1.2.0")}parameters: [{name: token, type: string, sensitive: true, persistent: true}]\n`,
  );

  expect(parameters[0]).toMatchObject({ path: "/cnab/app/token", source: { output: "token" } });
  expect(outputs).toEqual([
    { name: "token", type: "string", sensitive: true, path: "/cnab/app/token" },
  ]);
});

test.each([
  ["nothing", "", "1:1: this is not a manifest"],
  ["text", "hello", "1:1: this is not a manifest"],
  ["a list", "- a", "1:1: this is not a manifest"],
  ["an open bracket", "name: [a", "not valid YAML"],
  ["a tab", "a:\n\t- b", "2:1: a tab is used to indent"],
  ["a bad indent", "a:\n  b: 1\n c: 2", "3:1: not valid YAML"],
  ["two documents", `${MINIMAL}---\na: 1\n`, "11:1: a manifest is one YAML document"],
  ["an unknown alias", "a: *b", "1:4: this alias has no anchor above it"],
  ["a key twice", `${MINIMAL}name: again\n`, "11:1: this key is written twice"],
  ["a number too large", `${MINIMAL}custom: {id: 12345678901234567890}\n`, "put it in quotes"],
])("refuses %s", (_what, text, expected) => {
  expect(refusals(text).join("\n")).toContain(expected);
});

test("refuses a bomb of aliases", () => {
  const levels = Array.from("bcdefghi").map((name, index) => {
    const above = String.fromCharCode(name.charCodeAt(0) - 1);
    return `  ${name}: &${name} [${Array.from({ length: 9 }, () => `*${above}`).join(", ")}]  # ${index}`;
  });
  const bomb = `${MINIMAL}custom:\n  a: &a [x]\n${levels.join("\n")}\n`;

  expect(refusals(bomb).join()).toContain("aliases");
});

test.each([
  ["", "", "1:1: the manifest has no schemaVersion", "schemaVersion: 1.0.1\n"],
  [
    "schemaVersion: 9.0.0",
    "",
    "1:16: this schemaVersion is not known (expected one of 1.0.0-alpha.1, 1.0.0",
    "schemaVersion: 1.0.1",
  ],
  [
    "schemaVersion: 1",
    "",
    '1:16: schemaVersion has the wrong type (expected text, found number 1): put it in quotes: "1"',
    "schemaVersion: 1.0.1",
  ],
  ["", "schemaType: Plugin", "11:13: this is not the manifest of a bundle"],
  ["", "", '1:1: the manifest has no "name"', "name: sample\n"],
  ["version: one", "", "3:10: the bundle's version is not a semantic version", "version: 0.1.0"],
  ["", "", "1:1: a registry or reference value must be provided", "registry: localhost:5000\n"],
  ["registry: a b", "", "registry is not a valid registry", "registry: localhost:5000"],
  ["", "reference: a/b@sha256:" + "a".repeat(64), "reference has a digest but no tag"],
  ["", "dockerfile: DockerFile", "11:13: the template must not be called Dockerfile"],
  ["", "dockerfile: ../x", "11:13: the template lies outside"],
  ["mixins: []", "", "5:9: no mixins declared", "mixins:\n  - exec"],
  ["  - {a: 1, b: 2}", "", "6:5: mixins[0] is malformed", "  - exec"],
  ["  - exec\n  - exec", "", '7:5: the mixin "exec" is declared twice', "  - exec"],
  ["", "", "no install action defined", 'install:\n  - exec: {command: "true"}\n'],
  [
    "instal:",
    "",
    '7:1: no install action defined (expected `install:` with a list of steps): rename "instal" to "install"',
    "install:",
  ],
  ["", "upgrade: run", '11:10: the action "upgrade" has no list of steps'],
  ["", "upgrade: [run]", '11:11: step 1 of "upgrade" names no mixin'],
  ["", "upgrade:\n- exec:\n  command: x", '12:3: step 1 of "upgrade" has more than one key'],
  ["", "upgrade:\n- exec: x", '12:9: step 1 of "upgrade" is malformed'],
  [
    "",
    "upgrade:\n- exce: {command: x}",
    'uses the mixin "exce", which is not declared (expected one of exec, found "exce"): did you mean "exec"?',
  ],
  ["", "upgrade:\n- exec: {command: x, description: [a]}", "12:35: the description of step 1"],
  ["", "paramters: []", '11:1: unknown field "paramters" in the manifest'],
  [
    "",
    "maintainers: [{nam: x}]",
    '11:16: unknown field "nam" in maintainers[0] (found "nam"): did you mean "name"?',
  ],
  ["", "parameters: [{name: a, type: strng}]", 'did you mean "string"?'],
  ["", "parameters: {a: 1}", "11:13: parameters has the wrong type (expected a list, found a map)"],
  ["", "parameters:\n- {type: string}", '12:3: parameters[0] has no "name"'],
  ["", "parameters:\n- {name: ''}", "12:10: parameters[0].name must not be empty"],
  [
    "",
    "parameters:\n- {name: a}\n- {name: a}",
    '13:10: parameters has two entries called "a" (found "a", first on line 12)',
  ],
  ["", "parameters: [{name: porter-debug}]", 'the name "porter-debug" is reserved'],
  ["", "parameters:\n- {name: a, type: integer, default: many}", "12:37: "],
  ["", "parameters:\n- {name: a, type: string, pattern: '('}", "12:3: "],
  ["", "parameters: [{name: a, type: file}]", 'no destination path supplied for parameter "a"'],
  [
    "",
    "parameters:\n- {name: a, type: file, path: /a, default: '{}'}",
    "12:44: parameters[0]: The default of",
  ],
  ["", "parameters: [{name: a, env: CNAB_X}]", "reserved for CNAB"],
  ["", "parameters: [{name: a, path: outputs/x}]", "is given in the directory of the outputs"],
  [
    "",
    "parameters: [{name: a, env: X}]\ncredentials: [{name: c, env: X}]",
    'credential "c" and parameter "a" share the env "X"',
  ],
  ["", "parameters: [{name: a.b}, {name: a-b}]", 'share the env "A_B"'],
  [
    "",
    "parameters: [{name: a, applyTo: [instal]}]",
    "11:34: parameters[0] applies to an action that the bundle does not have",
  ],
  [
    "",
    "parameters: [{name: a, source: {output: nope}}]",
    "from an output that the bundle does not have",
  ],
  [
    "",
    "parameters: [{name: a, persistent: true}]",
    "persistent parameters need schemaVersion 1.2.0",
  ],
  ["", "parameters: [{name: a, persistent: true, env: A}]", "cannot have `env`"],
  ["", "credentials: [{name: c}]", 'credential "c" has neither env nor path'],
  ["", "outputs: [{name: o, type: file}]", 'no path supplied for output "o"'],
  ["", "outputs: [{name: ../o}]", "outputs[0] has a name that cannot be a file's"],
  ["", "state: [{name: s}]", '11:9: state[0] has no "path"'],
  ["", "images: {db: {repository: 'db:1'}}", "images.db has no valid repository"],
  ["", "images: {db: {repository: db, digest: abc}}", "images.db has no valid digest"],
  ["", "customActions: {x: {modifes: true}}", 'did you mean "modifies"?'],
  ["", "required: docker", "required has the wrong type"],
  ["", "required: [{a: 1, b: 2}]", "required[0] is malformed"],
  [
    "",
    "dependencies: {requires: [{name: db, bundle: {reference: a/b:v1}}]}",
    "dependencies are not supported yet",
  ],
  ["", "files: [{url: 'https://example.com/a', destination: a}]", "not supported yet"],
  ["", "upgrade: [{exec: {comand: x}}]", '11:27: unknown field "comand" in an exec step'],
  ["", "upgrade: [{exec: {dir: x}}]", 'an exec step needs "command"'],
  [
    "",
    "upgrade: [{exec: {command: x, arguments: a b}}]",
    "arguments of an exec step has the wrong type",
  ],
  [
    "",
    "upgrade: [{exec: {command: x, outputs: [{name: o, path: a, regex: b}]}}]",
    "exactly one place",
  ],
  [
    "",
    "upgrade: [{exec: {command: x, ignoreError: {exitcodes: [1]}}}]",
    'did you mean "exitCodes"?',
  ],
])("refuses %j %j: %s", (...[replacement, added, expected, replaced = ""]) => {
  const text =
    replaced === ""
      ? `${MINIMAL}${added}\n`
      : `${MINIMAL.replace(replaced, replacement)}${added}\n`;

  expect(refusals(text).join("\n")).toContain(expected);
});

test("reports everything at once, in the order of the lines", () => {
  const text = `schemaVersion: 2
name: [x]
mixins: [exec]
install: [{exec: 1}]
unknwon: x
parameters: [{name: a, tpye: string}, {name: a}]
`;

  expect(refusals(text).map((line) => line.split(":")[0])).toEqual("1 1 1 2 4 5 6 6".split(" "));
});

test("is an error with all problems as data", () => {
  expect(() => parsed("name: 3")).toThrow(
    expect.objectContaining({
      name: "ManifestError",
      problems: expect.arrayContaining([
        {
          path: "porter.yaml",
          line: 1,
          column: 7,
          message: "name has the wrong type",
          expected: "text",
          found: "number 3",
          hint: 'put it in quotes: "3"',
        },
      ]),
    }),
  );
});
