import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Run } from "../../run.ts";
import type { Case } from "../case.ts";
import { type RunBench, runCase } from "./run-bench.ts";

/** A run that can be looked at is what its spec says, and the driver says so. */
export const observeCases: readonly Case[] = [
  runCase(
    {
      id: "run.observe",
      title: "shows a run as it is: image, network, powers, names of variables",
      requires: { needs: ["program"], runFeatures: ["observe"] },
    },
    async (bench) => {
      const environment = [{ name: "TOLD", value: "told-value", sensitive: true }];
      const run = await bench.start([{ exit: 0 }], { environment });
      const seen = await observe(bench, run);
      const { id } = bench.image.ref;
      if (id !== undefined) assert.equal(seen.imageId ?? id, id);
      assert.ok(seen.networks.includes("default"), `networks: ${seen.networks.join()}`);
      assert.equal(seen.privileged, false);
      assert.equal(seen.engineSocket, false);
      assert.deepEqual(seen.mounts, []);
      assert.ok(seen.environment.includes("TOLD"), `environment: ${seen.environment.join()}`);
      assert.ok(!JSON.stringify(seen).includes("told-value"), "a value was shown");
      await run.outcome(bench.signal);
      assert.deepEqual(await observe(bench, run), seen, "another picture after the end");
    },
  ),
  runCase(
    {
      id: "run.observe-powers",
      title: "shows the powers that a run was given",
      requires: { needs: ["program"], runFeatures: ["observe", "capabilities", "mounts"] },
    },
    async (bench) => {
      const dir = await mkdtemp(join(tmpdir(), "gantry-observe-"));
      try {
        const mounts = [
          { source: dir, target: "/mnt/read", readOnly: true },
          { source: dir, target: "/mnt/write", readOnly: false },
        ];
        const run = await bench.start([{ exit: 0 }], { mounts, capabilities: ["CAP_CHOWN"] });
        const seen = await observe(bench, run);
        assert.deepEqual(seen.capabilities, ["CAP_CHOWN"]);
        assert.deepEqual(
          seen.mounts.toSorted((a, b) => a.target.localeCompare(b.target)),
          mounts,
        );
      } finally {
        await rm(dir, { recursive: true });
      }
    },
  ),
];

async function observe(bench: RunBench, run: Run) {
  assert.ok(run.observe !== undefined, "`observe` is declared, and the run has no such member");
  return await run.observe(bench.signal);
}
