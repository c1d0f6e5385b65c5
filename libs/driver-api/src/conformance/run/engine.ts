import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, mkdtemp, realpath, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Case, Requirement } from "../case.ts";
import { type RunBench, exitCodeOf, runCase } from "./run-bench.ts";

const ENGINE: Requirement = {
  needs: ["program", "shell", "inputs"],
  runFeatures: ["engine-socket"],
};

/** Access to the engine from inside a run, for drivers that can give it. */
export const engineCases: readonly Case[] = [
  runCase(
    {
      id: "run.engine-socket",
      title: "says where the engine's own socket is",
      requires: ENGINE,
    },
    async (bench) => {
      assert.ok(bench.facet.engineSocket !== undefined, "engine-socket is declared, and not there");
      const path = await bench.facet.engineSocket(bench.signal);
      assert.ok((await stat(path)).isSocket(), `${path} is no socket`);
    },
  ),
  runCase(
    {
      id: "run.engine-brokered",
      title: "shows a run the caller's socket, also after it was made anew",
      requires: ENGINE,
    },
    async (bench) => {
      const dir = await realpath(await mkdtemp(join(tmpdir(), "gantry-engine-socket-")));
      try {
        await chmod(dir, 0o755);
        await seesBoth(bench, join(dir, "docker.sock"));
      } finally {
        await rm(dir, { recursive: true });
      }
    },
  ),
];

const SOCKET = "/var/run/docker.sock";
const SCRIPT = `nap() { n=$((n+1)); [ $n -lt 400 ] || exit 9; sleep 0.1; }
n=0
test -w ${SOCKET} || exit 8
echo first
while test -S ${SOCKET}; do nap; done
echo gone
until test -w ${SOCKET}; do nap; done
echo second`;

async function seesBoth(bench: RunBench, path: string): Promise<void> {
  await using before = await listen(path);
  const run = await bench.start(SCRIPT, { engineSocket: { path } });
  await said(bench, run, "first");
  const seen = await run.observe?.(bench.signal);
  assert.ok(seen?.engineSocket ?? true, "it is not observed to see an engine");
  const source = await realpath(seen?.engineSocketSource ?? path);
  assert.ok([path, dirname(path)].includes(source), `it is observed to see ${source}`);
  await before[Symbol.asyncDispose]();
  await said(bench, run, "gone");
  await using _after = await listen(path);
  const outcome = await run.outcome(bench.signal);
  assert.equal(exitCodeOf(outcome), 0, (await bench.text(run)).stderr);
  assert.equal((await bench.text(run)).stdout, "first\ngone\nsecond\n");
}

async function listen(path: string): Promise<AsyncDisposable> {
  const server = createServer((socket) => socket.end());
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o666);
  return {
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.close();
      await once(server, "close");
    },
  };
}

async function said(
  { signal }: RunBench,
  run: Awaited<ReturnType<RunBench["start"]>>,
  word: string,
): Promise<void> {
  for await (const { event } of run.events(undefined, signal)) {
    if (event.kind === "log" && event.text.includes(word)) return;
  }
  assert.fail(`the program ended before it said "${word}"`);
}
