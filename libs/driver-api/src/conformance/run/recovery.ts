import assert from "node:assert/strict";
import type { Case, Requirement } from "../case.ts";
import type { Driver } from "../../driver.ts";
import type { Run } from "../../run.ts";
import { freshId } from "../fresh-id.ts";
import { exitCodeOf, type RunBench, runCase, textOf } from "./run-bench.ts";

const RECOVER: Requirement = { needs: ["program"], runFeatures: ["recover"] };

/** Runs outlive the connection that started them, and nobody else's are touched. */
export const recoveryCases: readonly Case[] = [
  runCase(
    {
      id: "run.recover",
      title: "finds a running run again from another connection",
      requires: RECOVER,
    },
    async (bench) => {
      const run = await bench.start([
        { print: "one\n" },
        { sleepMs: 1_000 },
        { print: "two\n" },
        { write: "o", text: "3" },
        { exit: 4 },
      ]);
      const first = await firstCursor(bench, run);
      const again = await recovered(bench, await bench.connect(), run.id);
      const rest = await bench.events(again, first);
      assert.equal(textOf(rest, "stdout"), "two\n");
      assert.equal((await bench.text(again)).stdout, "one\ntwo\n");
      assert.equal(exitCodeOf(await again.outcome(bench.signal)), 4);
      assert.equal((await bench.outputs(again)).get("o")?.toString(), "3");
    },
  ),
  runCase(
    { id: "run.recover-ended", title: "finds a run again that is over", requires: RECOVER },
    async (bench) => {
      const { run } = await bench.finish([{ print: "x\n" }, { exit: 9 }]);
      const again = await recovered(bench, await bench.connect(), run.id);
      assert.equal(exitCodeOf(await again.outcome(bench.signal)), 9);
      assert.equal((await bench.text(again)).stdout, "x\n");
    },
  ),
  runCase(
    {
      id: "run.outlives-connection",
      title: "keeps a run going when its connection ends",
      requires: RECOVER,
    },
    async (bench) => {
      const id = freshId();
      await startElsewhere(bench, id);
      const again = bench.own(await recovered(bench, await bench.connect(), id));
      assert.equal(exitCodeOf(await again.outcome(bench.signal)), 3);
      assert.equal((await bench.text(again)).stdout, "before\nafter\n");
    },
  ),
  runCase(
    {
      id: "run.recover-unknown",
      title: "knows no run that was never started",
      requires: { needs: [] },
    },
    async (bench) => {
      assert.equal(await bench.facet.recover(freshId(), bench.signal), undefined);
    },
  ),
  runCase(
    { id: "run.sweep", title: "sweeps the owner's runs but those to keep" },
    async (bench) => {
      const [mine, other] = [freshId(), freshId()];
      const start = (owner: string) => bench.start([{ sleepMs: 20_000 }], { owner });
      const [kept, ended, running, foreign] = [
        await start(mine),
        await bench.finish([], { owner: mine }),
        await start(mine),
        await start(other),
      ];
      const gone = await bench.facet.sweep(mine, [kept.id], bench.signal);
      assert.deepEqual(gone.toSorted(), [ended.run.id, running.id].toSorted());
      await bench.assertGone(running.id);
      for (const run of [kept, foreign]) {
        assert.ok(
          (await bench.facet.recover(run.id, bench.signal)) !== undefined,
          "swept too much",
        );
      }
      assert.deepEqual(await bench.facet.sweep(mine, [kept.id], bench.signal), []);
    },
  ),
];

async function firstCursor(bench: RunBench, run: Run): Promise<string | undefined> {
  for await (const { cursor } of run.events(undefined, bench.signal)) return cursor;
  return undefined;
}

async function recovered(bench: RunBench, driver: Driver, id: string): Promise<Run> {
  const run = await driver.run?.recover(id, bench.signal);
  assert.ok(run !== undefined, "the run was not found again");
  return run;
}

async function startElsewhere(bench: RunBench, id: string): Promise<void> {
  const other = await bench.connect();
  const program = [{ print: "before\n" }, { sleepMs: 1_000 }, { print: "after\n" }, { exit: 3 }];
  await other.run?.start(bench.spec(program, { id }), bench.signal);
  await other[Symbol.asyncDispose]();
}
