import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunFeature } from "@gantry/reports";
import type { Case, Requirement } from "../case.ts";
import { exitCodeOf, runCase } from "./run-bench.ts";

/** A feature that is declared has its effect. */
export const limitCases: readonly Case[] = [
  runCase(
    {
      id: "run.network-none",
      title: "gives a run without network nothing but loopback",
      requires: declared("network-none"),
    },
    async (bench) => {
      const { stdout } = await bench.finish("cat /proc/net/dev", { network: "none" });
      const devices = stdout.split("\n").flatMap((line) => /^\s*([^:\s]+):/.exec(line)?.[1] ?? []);
      assert.deepEqual(
        devices.filter(
          (name) =>
            !/^(lo|sit0|tunl0|ip6tnl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|ip6gre0|dummy0|bond0|teql0|ifb\d)$/.test(
              name,
            ),
        ),
        [],
      );
    },
  ),
  runCase(
    {
      id: "run.memory-limit",
      title: "says that a program was ended for its memory",
      requires: declared("memory-limit"),
    },
    async (bench) => {
      const script = "x=$(head -c 300000000 /dev/zero | tr '\\0' a); echo ${#x}";
      const { outcome } = await bench.finish(`${script}; exit $?`, {
        memoryBytes: 48 * 1024 * 1024,
      });
      assert.ok(outcome.kind === "exited" && outcome.exitCode !== 0, JSON.stringify(outcome));
      assert.equal(outcome.outOfMemory, true);
    },
  ),
  runCase(
    {
      id: "run.mounts",
      title: "mounts a directory of the host, read-only when asked",
      requires: declared("mounts"),
    },
    async (bench) => {
      const dir = await mkdtemp(join(tmpdir(), "gantry-mount-"));
      try {
        await chmod(dir, 0o777);
        await writeFile(join(dir, "host"), "from the host\n", { mode: 0o644 });
        const mounts = [{ source: dir, target: "/mnt/here", readOnly: true }];
        const script = "ls /mnt/here; touch /mnt/here/written 2>/dev/null && exit 9; exit 0";
        const { outcome, stdout } = await bench.finish(script, { mounts });
        assert.equal(stdout, "host\n");
        assert.equal(exitCodeOf(outcome), 0, "a read-only mount was written to");
        assert.deepEqual(await readdir(dir), ["host"]);
      } finally {
        await rm(dir, { recursive: true });
      }
    },
  ),
  runCase(
    {
      id: "run.capabilities",
      title: "drops every capability that is not granted",
      requires: declared("capabilities"),
    },
    async (bench) => {
      const { stdout } = await bench.finish("grep CapBnd /proc/self/status", { capabilities: [] });
      assert.match(stdout, /^CapBnd:\s+0+$/m);
    },
  ),
];

function declared(feature: RunFeature): Requirement {
  return { needs: ["program", "shell", "inputs"], runFeatures: [feature] };
}
