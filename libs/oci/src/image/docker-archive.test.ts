import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { digestOf } from "../digest.ts";
import { packEntries } from "../layer/pack.ts";
import { mediaTypes } from "../schemas.ts";
import { ContentStore } from "../store/content-store.ts";
import { file, makeImage } from "../testing/images.ts";
import { chunks, collect, run, Scratch } from "../testing/scratch.ts";
import { chainIds } from "./chain.ts";
import { exportDockerArchive, importDockerArchive } from "./docker-archive.ts";
import { readImage, writeImage } from "./image.ts";

async function fresh() {
  const scratch = await Scratch.make();
  const store = await ContentStore.open(scratch.at("store"));
  const other = await ContentStore.open(scratch.at("other"));
  return { scratch, store, other, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() };
}

async function listed(scratch: Scratch, tar: Buffer): Promise<string[]> {
  writeFileSync(scratch.at("a.tar"), tar);
  const { stdout } = await run("tar", ["-tf", scratch.at("a.tar")]);
  return stdout.trim().split("\n");
}

describe("a docker archive", () => {
  it("goes out and comes in with the config digest unchanged", async () => {
    await using at = await fresh();
    const image = await makeImage(at.store, [[file("a", "1")], [file("b", "2")]]);
    const before = await readImage(at.store, image);

    const tar = await collect(exportDockerArchive({ store: at.store, image, tags: ["hello:1"] }));
    const [imported] = await importDockerArchive(chunks(tar), at.other);

    expect(imported?.tags).toEqual(["hello:1"]);
    expect(imported?.descriptor.digest).toBe(image.digest);
    expect((await readImage(at.other, imported?.descriptor ?? "")).configDigest).toBe(
      before.configDigest,
    );
    expect((await listed(at.scratch, tar)).at(-1)).toBe("manifest.json");
  });

  it("leaves out the layers that the engine has", async () => {
    await using at = await fresh();
    const image = await makeImage(at.store, [[file("a", "1")], [file("b", "2")]]);
    const { layers } = await readImage(at.store, image);
    const [first] = chainIds(layers.map(({ diffId }) => diffId));

    const present = new Set(first === undefined ? [] : [first]);
    const names = await listed(
      at.scratch,
      await collect(exportDockerArchive({ store: at.store, image, present })),
    );

    expect(names.length).toBe(3);
    expect(names).not.toContain(`${layers[0]?.diffId.slice(7)}/layer.tar`);
    expect(names).toContain(`${layers[1]?.diffId.slice(7)}/layer.tar`);
  });

  it("unpacks zstd layers, which engines may not know, and keeps gzip ones", async () => {
    await using at = await fresh();
    const plain = [
      await collect(packEntries([file("z", "zstd")])),
      await collect(packEntries([file("g", "gzip")])),
    ];
    const [zstd = Buffer.of(), gzip = Buffer.of()] = plain;
    const layers = [
      { mediaType: mediaTypes.layerZstd, ...(await at.store.put(chunks(zstdCompressSync(zstd)))) },
      { mediaType: mediaTypes.layerGzip, ...(await at.store.put(chunks(gzipSync(gzip)))) },
    ];
    const diff_ids = plain.map((bytes) => digestOf(bytes));
    const config = {
      os: "linux",
      architecture: "amd64",
      rootfs: { type: "layers" as const, diff_ids },
    };
    const image = await writeImage(at.store, { config, layers });

    const tar = await collect(exportDockerArchive({ store: at.store, image }));
    const [imported] = await importDockerArchive(chunks(tar), at.other);

    const read = await readImage(at.other, imported?.descriptor ?? "");
    expect(read.manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
      mediaTypes.layer,
      mediaTypes.layerGzip,
    ]);
    expect(read.configDigest).toBe((await readImage(at.store, image)).configDigest);
  });

  it("of an older engine is read: directories, links between layers, `VERSION` files", async () => {
    await using at = await fresh();
    const layer = await collect(packEntries([file("a", "old")]));
    const diffId = digestOf(layer);
    const config = JSON.stringify({
      architecture: "amd64",
      os: "linux",
      created: null,
      rootfs: { type: "layers", diff_ids: [diffId, diffId] },
    });
    const root = at.scratch.at("saved");
    for (const id of ["one", "two"]) mkdirSync(`${root}/${id}`, { recursive: true });
    writeFileSync(`${root}/one/layer.tar`, layer);
    writeFileSync(`${root}/one/VERSION`, "1.0");
    symlinkSync("../one/layer.tar", `${root}/two/layer.tar`);
    writeFileSync(`${root}/c.json`, config);
    writeFileSync(
      `${root}/manifest.json`,
      JSON.stringify([
        { Config: "c.json", RepoTags: null, Layers: ["one/layer.tar", "two/layer.tar"] },
      ]),
    );
    await run("tar", ["-czf", at.scratch.at("saved.tgz"), "-C", root, "."]);

    const [imported] = await importDockerArchive(
      chunks(readFileSync(at.scratch.at("saved.tgz"))),
      at.store,
    );

    const image = await readImage(at.store, imported?.descriptor ?? "");
    expect(image.configDigest).toBe(digestOf(config));
    expect(image.layers.map((one) => one.diffId)).toEqual([diffId, diffId]);
  });

  it("whose layers are not those of its config, or that has none, is refused", async () => {
    await using at = await fresh();
    const config = JSON.stringify({
      architecture: "amd64",
      os: "linux",
      rootfs: { type: "layers", diff_ids: [digestOf("else")] },
    });
    const manifest = JSON.stringify([{ Config: "c.json", RepoTags: [], Layers: ["l.tar"] }]);
    const layer = await collect(packEntries([file("a", "a")]));
    const wrong = packEntries([
      file("c.json", config),
      file("l.tar", layer),
      file("manifest.json", manifest),
    ]);
    const short = packEntries([file("c.json", config), file("manifest.json", manifest)]);
    const none = packEntries([file("c.json", config)]);

    await expect(importDockerArchive(wrong, at.store)).rejects.toMatchObject({
      code: "digest-mismatch",
    });
    await expect(importDockerArchive(short, at.store)).rejects.toMatchObject({
      code: "invalid-content",
      message: /l\.tar/,
    });
    await expect(importDockerArchive(none, at.store)).rejects.toMatchObject({
      code: "invalid-content",
      message: /manifest\.json/,
    });
  });
});

describe("writeImage", () => {
  it("gives the same digest for the same parts in any order of keys", async () => {
    await using at = await fresh();
    const layer = {
      mediaType: mediaTypes.layer,
      ...(await at.store.put(packEntries([file("a", "a")]))),
    };
    const rootfs = { type: "layers" as const, diff_ids: [layer.digest] };

    const one = await writeImage(at.store, {
      config: { os: "linux", architecture: "arm64", rootfs },
      layers: [layer],
    });
    const two = await writeImage(at.store, {
      config: { rootfs, architecture: "arm64", os: "linux" },
      layers: [layer],
    });

    expect(two).toEqual(one);
    expect(one.platform).toEqual({ os: "linux", architecture: "arm64" });
  });

  it("refuses layers that are absent or do not match the configuration", async () => {
    await using at = await fresh();
    const rootfs = { type: "layers" as const, diff_ids: [digestOf("x")] };
    const config = { os: "linux", architecture: "arm64", rootfs };
    const absent = { mediaType: mediaTypes.layer, digest: digestOf("x"), size: 1 };

    await expect(writeImage(at.store, { config, layers: [absent] })).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(writeImage(at.store, { config, layers: [] })).rejects.toMatchObject({
      code: "invalid-content",
    });
  });
});

describe("chainIds", () => {
  it("are those of the image specification", () => {
    const [a, b] = [digestOf("a"), digestOf("b")];

    expect(chainIds([a, b])).toEqual([a, digestOf(`${a} ${b}`)]);
    expect(chainIds([])).toEqual([]);
  });
});
