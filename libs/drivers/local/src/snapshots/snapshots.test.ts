import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chainIds, ContentStore, digestOf, type ImageLayer, storeLayer } from "@gantry/oci";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSandboxHost } from "../sandbox/host.ts";
import { whyNoSandbox } from "../testing/world.ts";
import { Snapshots } from "./snapshots.ts";

const reason = await whyNoSandbox();
if (reason !== undefined) process.stderr.write(`snapshots: skipped: ${reason}\n`);

describe.skipIf(reason !== undefined)("snapshots", () => {
  const signal = AbortSignal.timeout(20_000);
  const at = { home: "", dir: "" };
  beforeEach(async () => {
    at.home = await mkdtemp(join(tmpdir(), "gantry-snapshots-"));
    at.dir = join(at.home, "snapshots");
  });
  afterEach(() => rm(at.home, { recursive: true }));

  const open = async (): Promise<Snapshots> =>
    new Snapshots({ dir: at.dir, host: await openSandboxHost(at.home) });
  const openStore = (): Promise<ContentStore> => ContentStore.open(join(at.home, "content"));

  async function layer(
    store: ContentStore,
    files: Readonly<Record<string, string>>,
  ): Promise<ImageLayer> {
    const root = await mkdtemp(join(at.home, "tree-"));
    for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
    await using held = new AsyncDisposableStack();
    held.use(await store.lease());
    return await storeLayer(store, root);
  }

  it("hold an image from outside in one directory, deletions applied", async () => {
    const store = await openStore();
    const layers = [
      await layer(store, { a: "1", b: "1" }),
      await layer(store, { b: "2", ".wh.a": "" }),
    ];

    const dirs = await (await open()).lowerDirs(store, layers, signal);

    expect(dirs).toHaveLength(1);
    expect(await readdir(dirs[0] ?? "")).toEqual(["b"]);
    expect(await readFile(join(dirs[0] ?? "", "b"), "utf8")).toBe("2");
  });

  it("are made once by many at the same time, and never half", async () => {
    const store = await openStore();
    const layers = [await layer(store, { a: "x".repeat(100_000) })];
    const many = await Promise.all([open(), open(), open(), open()]);

    const dirs = await Promise.all(many.map((each) => each.lowerDirs(store, layers, signal)));

    expect(new Set(dirs.flat()).size).toBe(1);
    expect((await readdir(at.dir)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("are not there when unpacking failed", async () => {
    const store = await openStore();
    const good = await layer(store, { a: "1" });
    const wrong = { ...good, diffId: digestOf("something else") };
    const snapshots = await open();

    await expect(snapshots.lowerDirs(store, [wrong], signal)).rejects.toMatchObject({
      code: "digest-mismatch",
    });

    expect(await snapshots.find(wrong.diffId)).toBeUndefined();
    expect(await readdir(at.dir)).toEqual([]);
  });

  it("put a layer built here on top of those below it", async () => {
    const store = await openStore();
    const base = await layer(store, { a: "1" });
    const snapshots = await open();
    const below = await snapshots.lowerDirs(store, [base], signal);
    const upper = join(at.home, "upper");
    await mkdir(upper);
    await writeFile(join(upper, "new"), "2");
    const top = { diffId: digestOf("top") };

    await snapshots.keep([base, top], upper);

    const dirs = (await snapshots.find(chainIds([base.diffId, top.diffId])[1] ?? "")) ?? [];
    expect(dirs).toHaveLength(2);
    expect(dirs.slice(1)).toEqual(below);
    expect(await readdir(dirs[0] ?? "")).toEqual(["new"]);
    await expect(stat(upper)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("are pruned when nothing stands on them, but not the ones just asked for", async () => {
    const store = await openStore();
    const [one, two, three] = await Promise.all(
      ["1", "2", "3"].map((text) => layer(store, { text })),
    );
    if (one === undefined || two === undefined || three === undefined) return;
    const snapshots = await open();
    const age = async (each: ImageLayer): Promise<void> => {
      const [dir = ""] = await snapshots.lowerDirs(store, [each], signal);
      const old = new Date(Date.now() - 3_600_000);
      await utimes(join(dir, ".."), old, old);
    };
    await age(one);
    await age(two);
    await snapshots.lowerDirs(store, [three], signal);

    expect(await snapshots.prune([one.diffId], signal)).toBe(1);

    expect(await snapshots.find(one.diffId)).toHaveLength(1);
    expect(await snapshots.find(two.diffId)).toBeUndefined();
    expect(await snapshots.find(three.diffId)).toHaveLength(1);
  });

  it("give scratch an empty directory", async () => {
    const [dir = ""] = await (await open()).lowerDirs(await openStore(), [], signal);

    expect(await readdir(dir)).toEqual([]);
  });
});
