import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import type { Terminal } from "../../terminal.ts";
import { expectDriverError } from "../expect-driver-error.ts";
import { freshId } from "../fresh-id.ts";
import { type RunBench, runCase } from "./run-bench.ts";

const TERMINAL = { needs: ["program", "shell"], runFeatures: ["terminal"] } as const;
const SLEEP = "echo up; while :; do sleep 0.1; done";
const SIZE = { columns: 61, rows: 17 };

/** A program on a terminal inside a run. */
export const terminalCases: readonly Case[] = [
  runCase(
    {
      id: "run.terminal",
      title:
        "starts a program on a terminal in a run, takes what is typed, and gives its exit code",
      requires: TERMINAL,
    },
    async (bench) => {
      // The size may reach a program a moment after its start.
      const script = `until [ "$(stty size)" = "17 61" ]; do sleep 0.1; done; echo sized
        read -r word; echo "got $word as $(id -u) in $MARK"; exit 7`;
      await using terminal = await open(bench, script);
      await until(bench, terminal, "sized");
      await terminal.write(Buffer.from("hello\r"), bench.signal);
      const rest = await until(bench, terminal);
      assert.match(rest, /got hello as \d+ in here/);
      const outcome = await terminal.outcome(bench.signal);
      assert.deepEqual(outcome, { kind: "exited", exitCode: 7, outOfMemory: false });
    },
  ),
  runCase(
    {
      id: "run.terminal-resize",
      title: "tells the program on a terminal of its new size",
      requires: TERMINAL,
    },
    async (bench) => {
      const script = "trap 'stty size' WINCH; echo ready; while :; do sleep 0.1; done";
      await using terminal = await open(bench, script);
      await until(bench, terminal, "ready");
      await terminal.resize({ columns: 90, rows: 33 }, bench.signal);
      assert.match(await until(bench, terminal, "33 90"), /33 90/);
    },
  ),
  runCase(
    {
      id: "run.terminal-privileges",
      title: "gives a program on a terminal no more than the run has",
      requires: { ...TERMINAL, runFeatures: ["terminal", "capabilities"] },
    },
    async (bench) => {
      const look = "grep -E '^(Uid|Gid|Cap|NoNewPrivs)' /proc/self/status; echo end";
      const run = await bench.start(`${look}; while :; do sleep 0.1; done`);
      let own = "";
      for await (const { event } of run.events(undefined, bench.signal)) {
        own += event.text;
        if (own.includes("end")) break;
      }
      assert.ok(run.terminal !== undefined);
      const spec = { id: freshId(), command: ["sh", "-c", look], environment: [], size: SIZE };
      await using terminal = await run.terminal(spec, bench.signal);
      const text = (await until(bench, terminal)).replaceAll("\r", "");
      assert.match(text, /CapEff:\s+0{16}/);
      assert.equal(withoutBounds(text), withoutBounds(own));
    },
  ),
  runCase(
    {
      id: "run.terminal-hang-up",
      title: "ends what runs on a terminal that is let go, and not the run",
      requires: TERMINAL,
    },
    async (bench) => {
      const run = await bench.start(SLEEP);
      const file = "/tmp/alive";
      const script = `trap '' INT; echo going; while :; do : > ${file}; sleep 0.1; done`;
      const spec = { id: freshId(), command: ["sh", "-c", script], environment: [], size: SIZE };
      assert.ok(run.terminal !== undefined);
      const terminal = await run.terminal(spec, bench.signal);
      await until(bench, terminal, "going");
      await terminal[Symbol.asyncDispose]();
      // Letting go is no question that is waited for, so the end may take a moment.
      const look = `n=0; while [ $n -lt 30 ]; do
        n=$((n+1)); rm -f ${file}; sleep 0.5; [ -e ${file} ] || { echo dead; exit; }
      done; echo alive`;
      await using second = await run.terminal(
        { ...spec, id: freshId(), command: ["sh", "-c", look] },
        bench.signal,
      );
      assert.match(await until(bench, second), /dead/);
    },
  ),
  runCase(
    {
      id: "run.terminal-ended",
      title: "opens no terminal in a run that is over",
      requires: TERMINAL,
    },
    async (bench) => {
      const { run } = await bench.finish("exit 0");
      const spec = { id: freshId(), command: ["sh"], environment: [], size: SIZE };
      assert.ok(run.terminal !== undefined);
      await expectDriverError(run.terminal(spec, bench.signal), "not-found");
    },
  ),
];

/** Without the bounding set, which is out of reach for who has no privilege and can get none. */
function withoutBounds(status: string): string {
  const hasNoNew = /NoNewPrivs:\s+1/.test(status);
  return hasNoNew ? status.replace(/^CapBnd:.*$/m, "") : status;
}

async function open(bench: RunBench, script: string): Promise<Terminal> {
  const run = await bench.start(SLEEP);
  for await (const _ of run.events(undefined, bench.signal)) break;
  assert.ok(run.terminal !== undefined, "terminal is declared and absent");
  const environment = [{ name: "MARK", value: "here", sensitive: false }];
  const spec = { id: freshId(), command: ["sh", "-c", script], environment, size: SIZE };
  return run.terminal(spec, bench.signal);
}

/** What a terminal prints until it has printed `mark`, or ends. */
async function until(bench: RunBench, terminal: Terminal, mark?: string): Promise<string> {
  const output = terminal.output(bench.signal)[Symbol.asyncIterator]();
  let text = "";
  for (let next = await output.next(); next.done !== true; next = await output.next()) {
    text += Buffer.from(next.value).toString("utf8");
    if (mark !== undefined && text.includes(mark)) return text;
  }
  return text;
}
