import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { whyNoSandbox, World } from "../testing/world.ts";
import {
  enterGroups,
  findGroupParents,
  limitFeatures,
  ownGroupParents,
  sawOutOfMemory,
} from "./cgroup.ts";

function mayWrite(): boolean {
  return true;
}

describe("control groups", () => {
  const at = { root: "" };
  beforeEach(async () => {
    at.root = await mkdtemp(join(tmpdir(), "gantry-cgroup-"));
  });
  afterEach(() => rm(at.root, { recursive: true }));

  function unified(path: string, controllers: string): void {
    mkdirSync(join(at.root, path), { recursive: true });
    writeFileSync(join(at.root, path, "cgroup.subtree_control"), `${controllers}\n`);
  }

  it("of version 2 stand beside our own, where the controllers are handed down", () => {
    unified("user/app", "memory pids");
    const membership = "0::/user/app/gantry.service\n";

    const parents = findGroupParents({ membership, root: at.root, mayWrite });

    expect(parents).toEqual([
      { version: 2, dir: join(at.root, "user/app"), controllers: ["memory", "pids"] },
    ]);
    expect(limitFeatures(parents)).toEqual(["memory-limit", "pids-limit"]);
  });

  it("of version 2 stand at the top when our parent hands nothing down", () => {
    unified("user", "");
    unified("", "cpu memory");

    expect(findGroupParents({ membership: "0::/user/x\n", root: at.root, mayWrite })).toEqual([
      { version: 2, dir: at.root, controllers: ["memory", "cpu"] },
    ]);
  });

  it("of version 1 stand in our own", () => {
    const membership = "5:memory:/a\n4:cpu,cpuacct:/b\n3:freezer:/\n";

    expect(findGroupParents({ membership, root: "/cg", mayWrite })).toEqual([
      { version: 1, dir: "/cg/memory/a", controllers: ["memory"] },
      { version: 1, dir: "/cg/cpu,cpuacct/b", controllers: ["cpu"] },
    ]);
  });

  it("are not offered where they cannot be made", () => {
    const membership = "5:memory:/a\n0::/user/x\n";

    const parents = findGroupParents({ membership, root: at.root, mayWrite: () => false });

    expect(parents).toEqual([]);
    expect(limitFeatures(parents)).toEqual([]);
  });

  it("of version 2 take the limits in their own words", async () => {
    const parents = [
      {
        version: 2 as const,
        dir: at.root,
        controllers: ["memory" as const, "pids" as const, "cpu" as const],
      },
    ];
    const limits = { memoryBytes: 1_000_000, cpus: 0.5, pids: 7 };

    const [group = ""] = await enterGroups(parents, limits, { name: "gantry-x", pid: 42 });

    const values = ["memory.max", "memory.swap.max", "pids.max", "cpu.max", "cgroup.procs"].map(
      (file) => readFile(join(group, file), "utf8"),
    );
    expect(await Promise.all(values)).toEqual(["1000000", "0", "7", "50000 100000", "42"]);
  });

  it("tell that the kernel ended a process for its memory", async () => {
    writeFileSync(join(at.root, "memory.events"), "low 0\noom 1\noom_kill 1\n");

    expect(await sawOutOfMemory([at.root])).toBe(true);
    expect(await sawOutOfMemory([join(at.root, "absent")])).toBe(false);
  });
});

const reason =
  (await whyNoSandbox()) ??
  (ownGroupParents().length === 0 ? "no control group can be made here" : undefined);
if (reason !== undefined) process.stderr.write(`limits of runs: skipped: ${reason}\n`);

describe.skipIf(reason !== undefined)("the limits of a run", () => {
  it("hold, are reported, and are gone with the run", async () => {
    await using world = await World.open();
    const [feature] = limitFeatures(ownGroupParents());
    expect(feature).toBeDefined();

    const { run, stdout } = await world.finish(
      "i=0; while [ $i -lt 30 ]; do i=$((i+1)); sleep 5 & done 2>&1; echo started; kill $(jobs -p)",
      { pids: 20 },
    );

    expect(stdout).toMatch(/[Cc]annot fork|Resource temporarily/);
    await run.remove(world.signal);
    for (const { dir } of ownGroupParents()) {
      await expect(access(join(dir, `gantry-${run.id}`))).rejects.toMatchObject({ code: "ENOENT" });
    }
  });
});
