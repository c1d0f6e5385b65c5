import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Home, homesLeft, sweep } from "./home.ts";

const { signal } = new AbortController();

let world = "";
beforeEach(async () => {
  world = await mkdtemp(join(tmpdir(), "gantry-home-"));
  vi.stubEnv("XDG_CACHE_HOME", world);
  vi.stubEnv("TMPDIR", world);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(world, { recursive: true });
});

describe("Home", () => {
  it("is for its user only, and gone after disposal", async () => {
    const home = await Home.open(signal);
    const { mode } = await stat(home.dir);

    await home[Symbol.asyncDispose]();

    expect(mode & 0o077).toBe(0);
    expect(basename(home.dir)).toMatch(/^gantry-engines-/);
    expect(existsSync(home.dir)).toBe(false);
  });
});

describe("what runs change together", () => {
  it.each([{ firstEnds: true }, { firstEnds: false }])(
    "is undone when the last of them ends (the one that changed it first: $firstEnds)",
    async ({ firstEnds }) => {
      const path = join(world, "made");
      await mkdir(path);
      const [first, second, idle] = [
        await Home.open(signal),
        await Home.open(signal),
        await Home.open(signal),
      ];
      first.willChange({ restore: [{ kind: "folder", path }] });
      second.willChange({ restore: [] });

      await (firstEnds ? first : second)[Symbol.asyncDispose]();
      expect(existsSync(path)).toBe(true);

      await (firstEnds ? second : first)[Symbol.asyncDispose]();
      expect(existsSync(path)).toBe(false);
      await idle[Symbol.asyncDispose]();
    },
  );
});

describe("sweep", () => {
  async function plant(name: string, record?: object): Promise<string> {
    const dir = join(world, `gantry-engines-${name}`);
    await mkdir(dir);
    if (record !== undefined) await writeFile(join(dir, "home.json"), JSON.stringify(record));
    return dir;
  }

  const record = (owner: object) => ({ owner, children: [], usesHost: false });

  it("removes the home of a process that is gone, and of one whose number another has now", async () => {
    const gone = await plant("gone01", record({ pid: 2 ** 22 + 1, startTime: "5" }));
    const reused = await plant("reused", record({ pid: process.pid, startTime: "5" }));

    expect((await homesLeft()).toSorted()).toEqual([gone, reused].toSorted());
    await sweep();

    expect([gone, reused].filter((dir) => existsSync(dir))).toEqual([]);
  });

  it("leaves the homes of living runs, and folders that are not homes", async () => {
    await using home = await Home.open(signal);
    await mkdir(join(world, "gantry-other"));

    expect(await sweep()).toEqual([]);

    expect(existsSync(home.path("home.json"))).toBe(true);
    expect(existsSync(join(world, "gantry-other"))).toBe(true);
  });

  it("leaves a home without a record while it may be in the making", async () => {
    const [young, old] = [await plant("young1"), await plant("old001")];
    await utimes(old, 0, 0);

    expect(await sweep()).toEqual([old]);

    expect(existsSync(young)).toBe(true);
  });

  it("does not kill a process that only has the number of a child", async () => {
    const child = { pid: process.pid, startTime: "5" };
    const owner = { pid: 2 ** 22 + 1, startTime: "5" };
    await plant("child1", { ...record(owner), children: [child] });

    expect(await sweep()).toHaveLength(1);
  });
});
