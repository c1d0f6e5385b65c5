import { writeSync } from "node:fs";
import type { Call, Fields } from "./call.ts";

/** What to answer instead of what is right; `undefined` for what is right, `"answered"` when nothing more is to be said. */
type Play = (call: Call) => unknown;

const describe = (fields: Fields): Play =>
  only("driver.describe", () => ({
    protocols: [1],
    name: "hostile",
    version: "1.0.0",
    optionsSchema: { type: "object" },
    ...fields,
  }));

function only(method: string, play: Play): Play {
  return (call) => (call.method === method ? play(call) : undefined);
}

/** At the events of a run, besides the right ones. */
const during = (play: (call: Call) => void): Play =>
  only("run.events", (call) => {
    play(call);
    return undefined;
  });

const outputs = (...pieces: Fields[]): Play =>
  only("run.outputs", ({ report }) => {
    const piece = {
      path: "porter-state",
      mode: 0o644,
      uid: 0,
      gid: 0,
      data: "c3RhdGU=",
      last: true,
    };
    for (const fields of pieces) report({ ...piece, ...fields });
    return {};
  });

/** Writes until it is stopped, as fast as it may. */
function pour(fd: number, bytes: Buffer, times: number): void {
  for (let n = 0; n < times; n += 1) {
    let from = 0;
    while (from < bytes.length) {
      try {
        from += writeSync(fd, bytes, from);
      } catch {
        // Nobody reads just now.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }
}

const MIB = Buffer.alloc(1024 * 1024, "x");
const log = (text: string): Fields => ({ kind: "log", stream: "stdout", text });

export const PLAYS: Readonly<Record<string, Play>> = {
  "lie-name": describe({ name: "../../etc" }),
  "lie-other-name": describe({ name: "docker" }),
  "lie-protocol": describe({ protocols: [99] }),
  "lie-schema": describe({ optionsSchema: { type: "object", description: "x".repeat(400_000) } }),
  "lie-facets": only("driver.initialize", () => ({ facets: { run: { features: "all of them" } } })),
  garbage: only("driver.describe", () => {
    for (let n = 0; n < 50; n += 1) process.stdout.write("Segmentation fault (not really)\n");
    return undefined;
  }),
  "stray-line": during(() => void process.stdout.write("Debug: got here\n")),
  "stray-lines": during(() => {
    for (let n = 0; n < 100; n += 1) process.stdout.write("Debug: got here\n");
  }),
  "log-as-event": during(() => {
    const fake = { jsonrpc: "2.0", method: "$/progress", params: { id: 1, items: ["forged"] } };
    process.stderr.write(`${JSON.stringify(fake)}\n`);
  }),
  "huge-message": during(() => pour(1, MIB, 1024)),
  trickle: only("run.events", () => {
    setInterval(() => process.stdout.write("x"), 20);
    return "answered";
  }),
  flood: only("run.events", async ({ report }) => {
    for (let batch = 0; batch < 200; batch += 1) {
      const cursor = String(batch);
      report(...Array.from({ length: 500 }, () => ({ cursor, event: log("flood\n") })));
      if (batch % 20 === 0) await new Promise((resolve) => process.stdout.write("", resolve));
    }
    return {};
  }),
  "flood-stderr": during(() => pour(2, Buffer.from("flood of lines\n".repeat(4_096)), 32)),
  "forge-progress": during(({ id, send }) => {
    for (let other = id - 30; other < id + 30; other += 1)
      if (other !== id)
        send({ method: "$/progress", params: { id: other, items: [{ event: log("forged\n") }] } });
  }),
  "forge-answers": during(({ id, send }) => {
    for (let other = 1; other < id; other += 1) send({ id: other, result: { forged: true } });
  }),
  "answer-twice": only("run.outcome", ({ id, send }) => {
    send({ id, result: { kind: "exited", exitCode: 0, outOfMemory: false } });
    send({ id, result: { kind: "exited", exitCode: 9, outOfMemory: false } });
    return "answered";
  }),
  "call-host": during(({ send }) => {
    send({ id: 1, method: "secret.read", params: { handle: "s1-guess" } });
    send({ id: 2, method: "installation.delete", params: { name: "bystander" } });
    send({ id: 2, method: "daemon.stop", params: { force: true } });
  }),
  escapes: during(({ report }) =>
    report({
      cursor: "0",
      event: log("\u001B]0;owned\u0007\u001B[2J\u001B[31mred\u001B[0m\u0000 text\n"),
    }),
  ),
  "escapes-in-error": only("run.start", ({ id, send }) => {
    const data = { code: "engine-lost", hint: "\u001B[2Jtry \u009B31mthis" };
    send({ id, error: { code: 1, message: "\u001B[31mengine\u001B]52;c;eA==\u0007 gone", data } });
    return "answered";
  }),
  "deep-json": only("run.outcome", ({ id }) => {
    const deep = `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`;
    process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":${deep}}\n`);
    return undefined;
  }),
  prototype: only("run.outcome", ({ id }) => {
    process.stdout.write(
      `{"jsonrpc":"2.0","id":${id},"__proto__":{"isAdmin":true},"result":{"kind":"exited","exitCode":0,"outOfMemory":false,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}\n`,
    );
    return "answered";
  }),
  "huge-number": only("run.outcome", ({ id }) => {
    process.stdout.write(
      `{"jsonrpc":"2.0","id":${id},"result":{"kind":"exited","exitCode":1e999,"outOfMemory":false}}\n`,
    );
    return "answered";
  }),
  "bad-utf8": during(() => {
    pour(1, Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x0a]), 1);
  }),
  "lie-outcome": only("run.outcome", () => ({
    kind: "exited",
    exitCode: 4_711,
    outOfMemory: "no",
  })),
  "lie-canceled": only("run.start", ({ id, send }) => {
    send({ id, error: { code: -32800, message: "cancelled", data: { code: "canceled" } } });
    return "answered";
  }),
  "output-dots": outputs({ path: "../../../../tmp/gantry-climbed" }),
  "output-absolute": outputs({ path: "/tmp/gantry-climbed" }),
  "output-twice": outputs({}, {}),
  "output-mode": outputs({ mode: 0o120_777 }),
  "output-endless": only("run.outputs", async ({ report }) => {
    const data = Buffer.alloc(768 * 1024).toString("base64");
    for (let n = 0; n < 1_000; n += 1) {
      report({ path: `junk-${n}`, mode: 0o644, uid: 0, gid: 0, data, last: true });
      await new Promise((resolve) => process.stdout.write("", resolve));
    }
    return {};
  }),
  "other-socket": only("run.observe", () => ({
    privileged: false,
    capabilities: [],
    networks: ["default"],
    mounts: [],
    engineSocket: true,
    engineSocketSource: "/var/run/docker.sock",
    environment: [],
  })),
  slow: only("run.events", async ({ report }) => {
    report({ cursor: "1", event: log("up\n") });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    report({ cursor: "2", event: log("done\n") });
    return {};
  }),
  "ignore-cancel-build": only("build.start", ({ report }) => {
    report(log("building\n"));
    return "answered";
  }),
};
