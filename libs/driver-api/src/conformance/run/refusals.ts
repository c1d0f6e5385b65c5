import assert from "node:assert/strict";
import { RunFeature } from "@gantry/reports";
import type { Case } from "../case.ts";
import { DriverError } from "../../errors.ts";
import { runNeeds } from "../../needs.ts";
import type { RunSpec } from "../../run.ts";
import { expectDriverError } from "../expect-driver-error.ts";
import { freshId } from "../fresh-id.ts";
import { type RunBench, runCase } from "./run-bench.ts";

/** A spec that needs each feature. `recover` and `network-default` are no part of a spec. */
const ASKING: Readonly<Partial<Record<RunFeature, Partial<RunSpec>>>> = {
  capabilities: { capabilities: ["CAP_NET_ADMIN"] },
  "cpu-limit": { cpus: 1 },
  "engine-socket": { engineSocket: "raw" },
  "memory-limit": { memoryBytes: 64 * 1024 * 1024 },
  mounts: { mounts: [{ source: "/tmp", target: "/mnt", readOnly: true }] },
  "named-network": { network: "somewhere" },
  "network-host": { network: "host" },
  "network-none": { network: "none" },
  "pids-limit": { pids: 10 },
  privileged: { privileged: true },
};

/** What cannot be done is refused before anything happens, and a start that fails leaves nothing behind. */
export const refusalCases: readonly Case[] = [
  ...RunFeature.options.flatMap((feature) => {
    const part = ASKING[feature];
    return part === undefined ? [] : [refusal(feature, part)];
  }),
  runCase({ id: "run.conflict", title: "refuses a second run of the same id" }, async (bench) => {
    const id = freshId();
    await bench.start([{ sleepMs: 500 }, { exit: 2 }], { id });
    await expectDriverError(
      bench.facet.start(bench.spec([{ exit: 0 }], { id }), bench.signal),
      "conflict",
    );
    const run = await bench.facet.recover(id, bench.signal);
    assert.ok(run !== undefined, "the refused start removed the first run");
    const outcome = await run.outcome(bench.signal);
    assert.equal(outcome.kind === "exited" && outcome.exitCode, 2);
  }),
  runCase(
    {
      id: "run.image-not-found",
      title: "says that the image is not there",
      requires: { needs: ["image-lookup"] },
    },
    async (bench) => {
      const image = { id: `sha256:${"0123456789abcdef".repeat(4)}` };
      const spec = bench.spec([{ exit: 0 }], { image });
      await expectDriverError(bench.facet.start(spec, bench.signal), "image-not-found");
      await bench.assertGone(spec.id);
    },
  ),
  runCase(
    {
      id: "run.start-canceled",
      title: "leaves nothing behind when a start is canceled",
      requires: { needs: ["program"] },
    },
    async (bench) => {
      for (const afterMs of [0, 1, 5, 20, 60, 150]) await cancelStart(bench, afterMs);
    },
  ),
  runCase(
    { id: "run.concurrent", title: "runs five programs at once without mixing them up" },
    async (bench) => {
      const results = await Promise.all(
        [1, 2, 3, 4, 5].map((n) =>
          bench.finish([
            { lines: 100, prefix: `${n}:` },
            { write: "n", text: `${n}` },
            { exit: n },
          ]),
        ),
      );
      for (const [index, { stdout, files, outcome }] of results.entries()) {
        assert.equal(
          stdout.split("\n").filter((line) => line.startsWith(`${index + 1}:`)).length,
          100,
        );
        assert.equal(files.get("n")?.toString(), `${index + 1}`);
        assert.equal(outcome.kind === "exited" && outcome.exitCode, index + 1);
      }
    },
  ),
];

function refusal(feature: RunFeature, part: Partial<RunSpec>): Case {
  const about = {
    id: `run.refuses-${feature}`,
    title: `refuses ${feature} by name unless it declares it`,
  };
  return runCase({ ...about, requires: { needs: [], undeclared: feature } }, async (bench) => {
    const spec = bench.spec([{ exit: 0 }], part);
    assert.ok(runNeeds(spec).includes(feature));
    const error = await expectDriverError(bench.facet.start(spec, bench.signal), "unsupported");
    assert.equal(error.need, feature);
    await bench.assertGone(spec.id);
  });
}

async function cancelStart(bench: RunBench, afterMs: number): Promise<void> {
  const spec = bench.spec([{ sleepMs: 20_000 }]);
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), afterMs);
  if (afterMs === 0) aborter.abort();
  try {
    bench.own(await bench.facet.start(spec, aborter.signal));
  } catch (error) {
    assert.ok(error instanceof DriverError && error.code === "canceled", String(error));
    await bench.assertGone(spec.id);
  } finally {
    clearTimeout(timer);
  }
}
