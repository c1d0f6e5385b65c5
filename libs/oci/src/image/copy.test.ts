import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseReference, withVersion } from "../reference.ts";
import { RegistryClient } from "../registry/client.ts";
import { ContentStore } from "../store/content-store.ts";
import { file, makeImage, makeIndex } from "../testing/images.ts";
import { lacksRegistry, freePort, startRegistry, type TestRegistry } from "../testing/registry.ts";
import { chunks, collect, run, Scratch } from "../testing/scratch.ts";
import { copyImage, pullImage, pushImage } from "./copy.ts";
import { readImage } from "./image.ts";
import { exportLayoutArchive, importLayoutArchive } from "./layout-archive.ts";
import { unpackImage } from "./rootfs.ts";
import type { TransferProgress } from "./transfer.ts";

const client = new RegistryClient({ attempts: 2 });

async function stores() {
  const scratch = await Scratch.make();
  const [one, two] = [
    await ContentStore.open(scratch.at("one")),
    await ContentStore.open(scratch.at("two")),
  ];
  return { scratch, one, two, [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose]() };
}

describe.skipIf(lacksRegistry)("images between a store and a registry", () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it("keep their digests, and only missing blobs move", async () => {
    await using at = await stores();
    const base = [file("base", randomBytes(50_000))];
    const image = await makeImage(at.one, [base, [file("top", "one")]]);
    const reference = parseReference(`${registry.host}/app:1`);
    const pushed = await pushImage({ client, store: at.one, image, reference });
    expect(pushed.digest).toBe(image.digest);

    const pulled = await pullImage({
      client,
      store: at.two,
      reference,
      platform: { os: "linux", architecture: "amd64" },
    });
    expect(pulled.digest).toBe(image.digest);
    expect((await at.two.resolve(reference.normalized))?.digest).toBe(image.digest);

    const second = await makeImage(at.one, [base, [file("top", "two")]]);
    const seen: TransferProgress[] = [];
    await pushImage({
      client,
      store: at.one,
      image: second,
      reference,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.filter(({ state }) => state === "present").length).toBe(1);
    seen.length = 0;
    await pullImage({
      client,
      store: at.two,
      reference,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.filter(({ state }) => state === "present").length).toBe(1);
    expect(seen.filter(({ state }) => state === "done").length).toBe(2);
  });

  it("of several platforms are pulled one at a time or as a whole", async () => {
    await using at = await stores();
    const arm = await makeImage(at.one, [[file("a", "arm")]], "arm64");
    const amd = await makeImage(at.one, [[file("a", "amd")]], "amd64");
    const index = await makeIndex(at.one, [arm, amd]);
    const reference = parseReference(`${registry.host}/multi`);
    await pushImage({ client, store: at.one, image: index, reference });

    const one = await pullImage({
      client,
      store: at.two,
      reference,
      platform: { os: "linux", architecture: "arm64" },
    });
    expect(one.digest).toBe(arm.digest);
    expect(await at.two.has(amd.digest)).toBe(false);
    const all = await pullImage({ client, store: at.two, reference, platform: "all" });
    expect(all.digest).toBe(index.digest);
    expect(await at.two.has(amd.digest)).toBe(true);
    expect(
      (await client.resolve(reference, { platform: { os: "linux", architecture: "amd64" } }))
        .digest,
    ).toBe(amd.digest);

    const none = pullImage({
      client,
      store: at.two,
      reference,
      platform: { os: "linux", architecture: "s390x" },
    });
    await expect(none).rejects.toMatchObject({
      code: "no-platform",
      message: /linux\/arm64, linux\/amd64; wanted linux\/s390x/,
    });
  });

  it("mount layers of a neighbour instead of sending them", async () => {
    await using at = await stores();
    const image = await makeImage(at.one, [[file("a", randomBytes(10_000))]]);
    await pushImage({
      client,
      store: at.one,
      image,
      reference: parseReference(`${registry.host}/near/a`),
    });
    const seen: TransferProgress[] = [];

    await pushImage({
      client,
      store: at.one,
      image,
      reference: parseReference(`${registry.host}/near/b`),
      mountFrom: "near/a",
      onProgress: (progress) => seen.push(progress),
    });

    expect(seen.map(({ state }) => state)).toEqual(["mounted", "mounted"]);
  });

  it("that do not exist, and registries that are away, leave the store as it was", async () => {
    await using at = await stores();
    const absent = parseReference(`${registry.host}/absent:1`);
    await expect(pullImage({ client, store: at.one, reference: absent })).rejects.toMatchObject({
      code: "not-found",
    });
    const away = parseReference(`127.0.0.1:${await freePort()}/absent:1`);
    await expect(pullImage({ client, store: at.one, reference: away })).rejects.toMatchObject({
      code: "unreachable",
    });

    expect(await at.one.list()).toEqual([]);
    expect(readdirSync(`${at.one.directory}/blobs/sha256`)).toEqual([]);
  });

  it("are pulled by digest, with the tag not asked", async () => {
    await using at = await stores();
    const image = await makeImage(at.one, [[file("a", "digest")]]);
    const reference = parseReference(`${registry.host}/by/digest`);
    await pushImage({
      client,
      store: at.one,
      image,
      reference: withVersion(reference, { digest: image.digest }),
    });

    const pulled = await pullImage({
      client,
      store: at.two,
      reference: withVersion(reference, { digest: image.digest }),
    });

    expect(pulled.digest).toBe(image.digest);
    expect(await client.tags(reference).catch(() => [])).toEqual([]);
  });
});

describe("copyImage", () => {
  it("exports to a layout directory and imports from it, verifying", async () => {
    await using at = await stores();
    const image = await makeImage(at.one, [[file("a", "copied")]]);
    await at.one.tag("x:1", image);
    const layout = await ContentStore.open(at.scratch.at("layout"));
    await copyImage({ from: at.one, to: layout, image: "x:1", name: "x:1" });

    const from = await ContentStore.openLayout(at.scratch.at("layout"));
    const copied = await copyImage({ from, to: at.two, image: "x:1", name: "y:1" });

    expect(copied.digest).toBe(image.digest);
    const [layer] = (await readImage(at.two, "y:1")).layers;
    writeFileSync(from.path(layer?.descriptor.digest ?? image.digest), "evil");
    const again = await ContentStore.open(at.scratch.at("three"));
    await expect(copyImage({ from, to: again, image: "x:1", name: "z" })).rejects.toMatchObject({
      code: "digest-mismatch",
    });
    expect(await again.list()).toEqual([]);
  });

  it("names what is not there", async () => {
    await using at = await stores();

    await expect(
      copyImage({ from: at.one, to: at.two, image: "x", name: "x" }),
    ).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("an OCI layout as a tar", () => {
  it("goes out and comes in, the same bytes each time", async () => {
    await using at = await stores();
    await at.one.tag("x:1", await makeImage(at.one, [[file("a", "tarred")]]));
    const tar = await collect(
      exportLayoutArchive({ store: at.one, names: ["x:1"], prefix: "artifacts/layout" }),
    );
    expect(
      tar.equals(
        await collect(
          exportLayoutArchive({ store: at.one, names: ["x:1"], prefix: "artifacts/layout" }),
        ),
      ),
    ).toBe(true);

    const [image] = await importLayoutArchive(chunks(tar), at.two);

    expect(image?.name).toBe("x:1");
    mkdirSync(at.scratch.at("root"));
    await unpackImage(at.two, await readImage(at.two, "x:1"), { directory: at.scratch.at("root") });
    expect(readFileSync(at.scratch.at("root", "a"), "utf8")).toBe("tarred");
  });

  it("that lacks a blob, or has a wrong one, is refused and names nothing", async () => {
    await using at = await stores();
    const image = await makeImage(at.one, [[file("a", "tarred")]]);
    await at.one.tag("x:1", image);
    const [layer] = (await readImage(at.one, image)).layers;
    const path = at.one.path(layer?.descriptor.digest ?? image.digest);
    const tarred = async () =>
      readFileSync(
        (await run("tar", ["-cf", at.scratch.at("t"), "-C", at.scratch.at("one"), "."]),
        at.scratch.at("t")),
      );

    writeFileSync(path, "evil");
    await expect(importLayoutArchive(chunks(await tarred()), at.two)).rejects.toMatchObject({
      code: "digest-mismatch",
    });
    rmSync(path);
    await expect(importLayoutArchive(chunks(await tarred()), at.two)).rejects.toMatchObject({
      code: "invalid-content",
    });

    expect(await at.two.list()).toEqual([]);
  });
});
