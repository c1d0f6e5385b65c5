import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import type { RunEvent } from "../../run.ts";
import { type RunBench, runCase, SHELL, textOf } from "./run-bench.ts";

/** Everything that a program prints arrives, once, in order, and can be read again from any place. */
export const logCases: readonly Case[] = [
  runCase({ id: "run.streams", title: "keeps stdout and stderr apart" }, async (bench) => {
    const { stdout, stderr } = await bench.finish([
      { print: "out 1\n" },
      { print: "err 1\n", to: "stderr" },
      { print: "out 2\n" },
    ]);
    assert.equal(stdout, "out 1\nout 2\n");
    assert.equal(stderr, "err 1\n");
  }),
  runCase(
    { id: "run.many-lines", title: "passes on 20 000 lines, whole and in order" },
    async (bench) => {
      const run = await bench.start([
        { lines: 20_000, prefix: "line " },
        { lines: 50, prefix: "e", to: "stderr" },
      ]);
      const events = await bench.events(run);
      assertWholeLines(events);
      assert.equal(textOf(events, "stdout"), numbered("line ", 20_000));
      assert.equal(textOf(events, "stderr"), numbered("e", 50));
    },
  ),
  runCase(
    { id: "run.no-newline", title: "passes on a last line without a newline" },
    async (bench) => {
      const { stdout, stderr } = await bench.finish([
        { print: "first\nlast" },
        { print: "oops", to: "stderr" },
      ]);
      assert.equal(stdout, "first\nlast");
      assert.equal(stderr, "oops");
    },
  ),
  runCase(
    { id: "run.silence", title: "gives no log of a program that prints nothing" },
    async (bench) => {
      const { stdout, stderr } = await bench.finish([{ exit: 0 }]);
      assert.equal(stdout + stderr, "");
    },
  ),
  runCase(
    { id: "run.long-line", title: "passes on a line of 300 000 characters", requires: SHELL },
    async (bench) => {
      const script =
        "s=0123456789; i=0; while [ $i -lt 30000 ]; do i=$((i+1)); printf %s $s; done; echo";
      assert.equal((await bench.finish(script)).stdout, `${"0123456789".repeat(30_000)}\n`);
    },
  ),
  runCase(
    {
      id: "run.invalid-utf8",
      title: "replaces what is not UTF-8 and loses nothing else",
      requires: SHELL,
    },
    async (bench) => {
      const { stdout } = await bench.finish("printf 'a\\377b\\nü\\303\\n'");
      assert.match(stdout, /^a\uFFFD+b\nü\uFFFD+\n$/);
    },
  ),
  runCase(
    { id: "run.live-events", title: "passes lines on while the program runs" },
    async (bench) => {
      const run = await bench.start([{ print: "early\n" }, { sleepMs: 10_000 }]);
      for await (const { event } of run.events(undefined, bench.signal)) {
        assert.equal(event.kind === "log" ? event.text : "", "early\n");
        break;
      }
      assert.equal(
        await ended(run.outcome(AbortSignal.timeout(100))),
        false,
        "the run is already over",
      );
    },
  ),
  runCase(
    { id: "run.cursors", title: "goes on after any cursor with no gap and no repeat" },
    resumeAnywhere,
  ),
  runCase(
    { id: "run.two-readers", title: "serves two readers at once, each with everything" },
    async (bench) => {
      const run = await bench.start([
        { lines: 200, prefix: "a" },
        { sleepMs: 300 },
        { lines: 200, prefix: "b" },
      ]);
      const [one, two] = await Promise.all([bench.events(run), bench.events(run)]);
      assert.equal(textOf(one, "stdout"), numbered("a", 200) + numbered("b", 200));
      assert.equal(textOf(two, "stdout"), textOf(one, "stdout"));
    },
  ),
  runCase(
    { id: "run.events-canceled", title: "stops reading when told to, not the run" },
    async (bench) => {
      const run = await bench.start([{ print: "x\n" }, { sleepMs: 600 }, { print: "y\n" }]);
      await assert.rejects(Array.fromAsync(run.events(undefined, AbortSignal.timeout(150))));
      assert.equal((await bench.text(run)).stdout, "x\ny\n");
    },
  ),
];

async function resumeAnywhere(bench: RunBench): Promise<void> {
  const run = await bench.start([
    { lines: 300, prefix: "a" },
    { sleepMs: 300 },
    { lines: 30, prefix: "e", to: "stderr" },
    { lines: 3_000, prefix: "b" },
    { print: "end" },
  ]);
  const all = await bench.events(run);
  assert.equal(textOf(all, "stdout"), `${numbered("a", 300)}${numbered("b", 3_000)}end`);
  const places = new Set([0, 1, Math.floor(all.length / 2), all.length - 1]);
  for (const place of places) {
    const from = all[place];
    if (from === undefined) continue;
    assert.ok(from.cursor.length <= 200, "a cursor is over 200 characters");
    const rest = await bench.events(run, from.cursor);
    const seen = all.slice(0, place + 1);
    for (const stream of ["stdout", "stderr"] as const) {
      assert.equal(
        textOf(seen, stream) + textOf(rest, stream),
        textOf(all, stream),
        `after event ${place}`,
      );
    }
  }
}

function numbered(prefix: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}\n`).join("");
}

/** The last event of a stream may lack its newline; every other one ends a line. */
function assertWholeLines(events: readonly RunEvent[]): void {
  for (const stream of ["stdout", "stderr"]) {
    const texts = events.flatMap(({ event }) =>
      event.kind === "log" && event.stream === stream ? [event.text] : [],
    );
    for (const text of texts.slice(0, -1)) assert.ok(text.endsWith("\n"), `cut line in ${stream}`);
  }
}

async function ended(outcome: Promise<unknown>): Promise<boolean> {
  return outcome.then(
    () => true,
    () => false,
  );
}
