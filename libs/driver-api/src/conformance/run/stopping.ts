import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import type { Run } from "../../run.ts";
import type { Program } from "../program.ts";
import { exitCodeOf, type RunBench, runCase } from "./run-bench.ts";

const STUBBORN: Program = [{ onTerm: "ignore" }, { print: "ready\n" }, { sleepMs: 40_000 }];
const POLITE: Program = [
  { onTerm: { print: "bye\n", exit: 5 } },
  { print: "ready\n" },
  { sleepMs: 40_000 },
];

/** A run ends when it is told to, and is gone when it is removed. */
export const stopCases: readonly Case[] = [
  runCase({ id: "run.stop", title: "lets a program end by itself when stopped" }, async (bench) => {
    const run = await ready(bench, POLITE);
    await run.stop({ graceMs: 15_000, signal: bench.signal });
    assert.equal(exitCodeOf(await run.outcome(bench.signal)), 5);
    assert.equal((await bench.text(run)).stdout, "ready\nbye\n");
  }),
  runCase(
    { id: "run.stop-kill", title: "kills a program that ignores SIGTERM once its grace is over" },
    async (bench) => {
      const run = await ready(bench, STUBBORN);
      const since = performance.now();
      await run.stop({ graceMs: 700, signal: bench.signal });
      const took = performance.now() - since;
      assert.equal(exitCodeOf(await run.outcome(bench.signal)), 137);
      assert.ok(took >= 600 && took < 8_000, `the grace of 700 ms took ${Math.round(took)} ms`);
    },
  ),
  runCase(
    { id: "run.stop-twice", title: "takes a second stop, at once and later" },
    async (bench) => {
      const run = await ready(bench, POLITE);
      const options = { graceMs: 5_000, signal: bench.signal };
      await Promise.all([run.stop(options), run.stop(options)]);
      await run.stop(options);
      assert.equal(exitCodeOf(await run.outcome(bench.signal)), 5);
    },
  ),
  runCase(
    { id: "run.stop-ended", title: "takes a stop after the end and keeps the outcome" },
    async (bench) => {
      const { run } = await bench.finish([{ exit: 6 }]);
      await run.stop({ graceMs: 1_000, signal: bench.signal });
      assert.equal(exitCodeOf(await run.outcome(bench.signal)), 6);
    },
  ),
  runCase({ id: "run.remove-twice", title: "takes a second removal" }, async (bench) => {
    const { run } = await bench.finish([{ print: "x\n" }, { write: "o", text: "1" }]);
    await run.remove(bench.signal);
    await run.remove(bench.signal);
    await bench.assertGone(run.id);
  }),
  runCase(
    { id: "run.remove-running", title: "kills a running program that is removed" },
    async (bench) => {
      const run = await ready(bench, STUBBORN);
      await run.remove(bench.signal);
      await bench.assertGone(run.id);
    },
  ),
];

async function ready(bench: RunBench, program: Program): Promise<Run> {
  const run = await bench.start(program);
  for await (const _ of run.events(undefined, bench.signal)) break;
  return run;
}
