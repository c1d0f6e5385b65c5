// What can be tested without an engine; `gantry drivers verify .` tests the rest. Run with: node --test
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { test } from "node:test";
import { Log, parsePlace, wholeCharacters } from "./log.ts";
import { containerOf, imageName, refuseUnsupported, type RunSpec } from "./spec.ts";
import { END, entriesOf, header, padding } from "./tar.ts";

const SPEC: RunSpec = {
  id: "a1",
  owner: "me",
  labels: {},
  image: { id: "sha256:1" },
  command: ["run", "it"],
  environment: [{ name: "A", value: "b=c" }],
  files: [],
  outputsDir: "/out",
  mounts: [],
  network: "default",
  privileged: false,
  capabilities: [],
  engineSocket: false,
};

interface Answer {
  readonly id: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly data?: { readonly code: string } };
}

/** The driver's answers, by id. */
async function say(...messages: readonly object[]): Promise<Map<number, Answer>> {
  const driver = spawn(process.execPath, ["driver.ts"], { cwd: import.meta.dirname });
  const answers = new Map<number, Answer>();
  for (const each of messages)
    driver.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...each })}\n`);
  for await (const line of createInterface({ input: driver.stdout })) {
    const answer: Answer = JSON.parse(line);
    answers.set(answer.id, answer);
    if (answers.size === messages.length) driver.stdin.end();
  }
  return answers;
}

test("says what its manifest says, and refuses work before it is initialized", async () => {
  const file = new URL("gantry-driver.json", import.meta.url);
  const manifest: { name: string } = JSON.parse(readFileSync(file, "utf8"));

  const answers = await say(
    { id: 1, method: "driver.describe" },
    { id: 2, method: "driver.probe" },
    { id: 3, method: "driver.fly" },
  );

  assert.equal(answers.get(1)?.result?.["name"], manifest.name);
  assert.equal(answers.get(2)?.error?.data?.code, "protocol");
  assert.equal(answers.get(3)?.error?.code, -32_601);
});

test("says that the engine is away, and what to do", async () => {
  const params = { protocol: 1, options: { socket: "/no/such" }, stateDir: "/", contentDir: "/" };
  const answers = await say(
    { id: 1, method: "driver.initialize", params },
    { id: 2, method: "driver.probe" },
  );

  assert.equal(answers.get(2)?.result?.["state"], "unavailable");
});

test("refuses a feature by name, and asks the engine for the rest", () => {
  assert.doesNotThrow(() => refuseUnsupported(SPEC));
  assert.throws(() => refuseUnsupported({ ...SPEC, network: "host" }), /network-host/);
  assert.deepEqual(Object.entries(containerOf(SPEC, {})).slice(0, 4), [
    ["Image", "sha256:1"],
    ["Entrypoint", ["run"]],
    ["Cmd", ["it"]],
    ["Env", ["A=b=c"]],
  ]);
});

test("names an image by its digest rather than by a tag", () => {
  const reference = "localhost:5000/a:1";
  assert.equal(imageName({ digest: "sha256:2", reference }), "localhost:5000/a@sha256:2");
});

test("takes whole lines out of a log, behind a place", () => {
  const log = new Log(parsePlace("3.0"));
  const frame = (stream: number, text: string) => {
    const bytes = Buffer.from(text);
    const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, bytes.length]);
    return Buffer.concat([head, bytes]);
  };

  const first = [...log.push(Buffer.concat([frame(1, "ab\ncd\ne"), frame(2, "x")]))];

  assert.deepEqual(
    first.map(({ cursor, event }) => [cursor, event.text]),
    [["6.0", "cd\n"]],
  );
  assert.deepEqual(
    [...log.end()].map(({ cursor, event }) => [cursor, event.text]),
    [
      ["7.0", "e"],
      ["7.1", "x"],
    ],
  );
});

test("cuts no character", () => {
  const bytes = Buffer.from("aü漢");
  assert.deepEqual(
    [1, 2, 3, 4, 6].map((n) => wholeCharacters(bytes.subarray(0, n))),
    [1, 1, 3, 3, 6],
  );
});

test("reads the archives that it writes, long names too", async () => {
  const path = `${"long/".repeat(30)}ä`;
  const owner = { uid: 7, gid: 8 };
  const content = Buffer.from("hello");
  const archive = Buffer.concat([
    header({ path, mode: 0o400, size: 5, ...owner }),
    content,
    padding(5),
    END,
  ]);

  for await (const entry of entriesOf(
    Readable.from([archive.subarray(0, 700), archive.subarray(700)]),
  )) {
    const { mode, uid, gid, type } = entry;
    assert.deepEqual(
      { path: entry.path, mode, uid, gid, type },
      { path, mode: 0o400, ...owner, type: "0" },
    );
    assert.equal((await entry.read(100)).toString(), "hello");
  }
});
