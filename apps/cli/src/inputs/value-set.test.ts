import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../command-line/usage-error.ts";
import { readValueSet, type SetEntry, type SetKind } from "./value-set.ts";

const SECRET = "hunter2-and-more";
let dir: TempDir;

beforeAll(async () => {
  dir = await TempDir.create("gantry-value-set-");
});

afterAll(async () => {
  await dir[Symbol.asyncDispose]();
});

async function read(text: string, kind: SetKind = "CredentialSet"): Promise<SetEntry[]> {
  await writeFile(join(dir.path, "set.yaml"), text);
  return readValueSet("set.yaml", kind, dir.path);
}

async function refusal(asked: Promise<unknown>): Promise<UsageError> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UsageError))
    throw new TypeError(`expected a refusal, got ${String(error)}`);
  expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain(SECRET);
  return error;
}

const CREDENTIALS = `schemaType: CredentialSet
schemaVersion: 1.0.1
name: mine
namespace: dev
labels: {team: red}
credentials:
  - name: token
    source:
      env: TOKEN
  - name: key
    source: {path: $HOME/key}
  - name: login
    source: {command: pass show login}
  - name: fixed
    source: {value: plain}
`;

const READ = [
  { name: "token", source: { kind: "env", hint: "TOKEN" } },
  { name: "key", source: { kind: "path", hint: "$HOME/key" } },
  { name: "login", source: { kind: "command", hint: "pass show login" } },
  { name: "fixed", source: { kind: "value", hint: "plain" } },
];

describe("a set document", () => {
  it("is read as YAML, in order, resolving nothing", async () => {
    expect(await read(CREDENTIALS)).toEqual(READ);
  });

  it("is read as JSON", async () => {
    const credentials = READ.map(({ name, source: { kind, hint } }) => ({
      name,
      source: { [kind]: hint },
    }));
    const document = { schemaType: "CredentialSet", name: "mine", credentials };
    expect(await read(JSON.stringify(document))).toEqual(READ);
  });

  it("needs no schemaType, and takes it in any case of letters", async () => {
    expect(await read("credentials: []")).toEqual([]);
    expect(await read("schemaType: credentialset\ncredentials: []")).toEqual([]);
  });

  it("keeps a parameter's value as the JSON that it is", async () => {
    const text = `parameters:
  - {name: port, source: {value: 8080}}
  - {name: on, source: {value: false}}
  - {name: list, source: {value: [1, two]}}
  - {name: text, source: {value: "8080"}}
`;
    expect(await read(text, "ParameterSet")).toEqual([
      { name: "port", source: { kind: "json", value: 8080 } },
      { name: "on", source: { kind: "json", value: false } },
      { name: "list", source: { kind: "json", value: [1, "two"] } },
      { name: "text", source: { kind: "value", hint: "8080" } },
    ]);
  });

  it("makes a credential's value text", async () => {
    expect(await read("credentials: [{name: pin, source: {value: 1234}}]")).toEqual([
      { name: "pin", source: { kind: "value", hint: "1234" } },
    ]);
  });
});

describe("a set document is refused", () => {
  it("when it is of the other kind, with file and line", async () => {
    const { message } = await refusal(read(CREDENTIALS, "ParameterSet"));
    expect(message).toContain(`${join(dir.path, "set.yaml")}:`);
    expect(message).toMatch(/expected ParameterSet|expected parameters/);
    const swapped = "name: x\nschemaType: CredentialSet\nparameters: []\n";
    expect((await refusal(read(swapped, "ParameterSet"))).message).toBe(
      `${join(dir.path, "set.yaml")}:2:13: schemaType is "CredentialSet"; expected ParameterSet.`,
    );
  });

  it("when its schemaType is no text", async () => {
    expect((await refusal(read("schemaType: 3\ncredentials: []"))).message).toContain(
      'schemaType is "3"',
    );
  });

  it("for two sources of one entry, or none", async () => {
    const two = `credentials:\n  - name: token\n    source: {env: TOKEN, value: ${SECRET}}\n`;
    expect((await refusal(read(two))).message).toMatch(
      /:2:5: "token" needs exactly one source; found 2\.$/,
    );
    const none = "credentials: [{name: token, source: {}}]";
    expect((await refusal(read(none))).message).toContain("found 0");
    expect((await refusal(read("credentials: [{name: token}]"))).message).toContain("found 0");
  });

  it("for a secret store, which there is not", async () => {
    const text = "credentials:\n  - {name: token, source: {secret: vault-key}}\n";
    expect((await refusal(read(text))).message).toContain(
      '"token" comes from a secret store, and there is none',
    );
  });

  it("for an unknown source", async () => {
    const text = `credentials: [{name: token, source: {vault: ${SECRET}}}]`;
    expect((await refusal(read(text))).message).toContain(
      'the source "vault"; expected value, env, path or command',
    );
  });

  it.each(["env: 3", "path: [a]", "command: {a: b}", "value: null"])(
    "for a source whose text is none: %s",
    async (source) => {
      const text = `credentials: [{name: token, source: {${source}}}]`;
      expect((await refusal(read(text))).message).toContain('of "token" is no text');
    },
  );

  it("for a name that is there twice", async () => {
    const entry = `  - {name: token, source: {value: ${SECRET}}}\n`;
    expect((await refusal(read(`credentials:\n${entry}${entry}`))).message).toMatch(
      /:3:5: "token" is there twice\.$/,
    );
  });

  it.each([
    ["- a\n", "expected a mapping"],
    ["credentials: {}\n", 'expected a list "credentials"'],
    ["", 'expected a list "credentials"'],
    ["credentials: [{source: {env: A}}]\n", "expected an entry {name, source}"],
    ["credentials: [token]\n", "expected an entry {name, source}"],
    ["credentails: []\n", 'unknown field "credentails"'],
  ])("for its shape: %j", async (text, why) => {
    expect((await refusal(read(text))).message).toContain(why);
  });

  it.each([
    `credentials: [{name: a, source: {value: "${SECRET}}}]`,
    `{"credentials": [{"name": "a", "source": {"value": "${SECRET}"}]}`,
    `credentials:\n  - name: a\n   source: {value: ${SECRET}}\n`,
    `credentials:\n  - name: a\n    ${SECRET}: 1\n    ${SECRET}: 2\n    source: {value: a}\n`,
    `credentials:\n  - name: a\n    source: {value: *${SECRET}}\n`,
  ])("for broken YAML or JSON, without showing a value (%#)", async (text) => {
    expect((await refusal(read(text))).message).toMatch(/set\.yaml:\d+:\d+: /);
  });

  it("when it cannot be read, with its flag", async () => {
    const gone = readValueSet("gone.yaml", "ParameterSet", dir.path);
    expect((await refusal(gone)).message).toBe(
      `--parameter-set names the file ${join(dir.path, "gone.yaml")}, which cannot be read.`,
    );
  });
});
