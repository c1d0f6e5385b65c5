import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseReference, withVersion } from "../reference.ts";
import { RegistryClient } from "../registry/client.ts";
import { canonicalJson, mediaTypes } from "../schemas.ts";
import { ContentStore } from "../store/content-store.ts";
import { file, makeImage, makeIndex } from "../testing/images.ts";
import { lacksRegistry, startRegistry, type TestRegistry } from "../testing/registry.ts";
import { Scratch } from "../testing/scratch.ts";
import { pushImage } from "./copy.ts";
import { relocateImage } from "./relocate.ts";
import type { TransferProgress } from "./transfer.ts";

const client = new RegistryClient({ attempts: 2, chunkBytes: 40_000 });

describe.skipIf(lacksRegistry)("an image that is relocated", () => {
  let near: TestRegistry;
  let far: TestRegistry;
  beforeAll(async () => {
    [near, far] = await Promise.all([startRegistry(), startRegistry()]);
  });
  afterAll(async () => {
    await near[Symbol.asyncDispose]();
    await far[Symbol.asyncDispose]();
  });

  /** An index of two platforms in the far registry. */
  async function published(name: string) {
    await using scratch = await Scratch.make();
    const store = await ContentStore.open(scratch.at("store"));
    const common = [file("common", randomBytes(100_000))];
    const arm = await makeImage(store, [common, [file("a", "arm")]], "arm64");
    const amd = await makeImage(store, [common, [file("a", "amd")]], "amd64");
    const index = await makeIndex(store, [arm, amd]);
    const reference = parseReference(`${far.host}/${name}:1`);
    await pushImage({ client, store, image: index, reference });
    return { reference, index };
  }

  it("[G-05] has all its platforms and its digest in the other registry, and is sent once", async () => {
    const { reference, index } = await published("app");
    const to = parseReference(`${near.host}/team/bundle`);
    const seen: TransferProgress[] = [];
    const onProgress = (progress: TransferProgress) => void seen.push(progress);

    const moved = await relocateImage({ client, from: reference, to, onProgress });
    const count = seen.length;
    const again = await relocateImage({ client, from: reference, to, onProgress });

    expect([moved, again].map(({ digest }) => digest)).toEqual([index.digest, index.digest]);
    expect(seen.filter(({ state }) => state === "done").length).toBe(5);
    expect(seen.length).toBe(count);
    const there = withVersion(to, { digest: index.digest });
    const wanted = { os: "linux", architecture: "arm64" };
    const platform = await client.resolve(there, { platform: wanted });
    expect(await client.find(withVersion(to, { digest: platform.digest }))).toBeDefined();
  });

  it("is mounted, not sent, within one registry", async () => {
    const { reference } = await published("neighbour");
    const states: string[] = [];

    await relocateImage({
      client,
      from: reference,
      to: parseReference(`${far.host}/team/bundle`),
      onProgress: ({ state }) => void states.push(state),
    });

    expect(new Set(states)).toEqual(new Set(["mounted"]));
  });

  it("keeps layers that only their owner may distribute where they are", async () => {
    const reference = parseReference(`${far.host}/foreign:1`);
    await using scratch = await Scratch.make();
    const store = await ContentStore.open(scratch.at("store"));
    const image = await makeImage(store, [[file("a", "own")]]);
    const { layers, ...manifest } = JSON.parse(
      Buffer.from(await store.bytes(image.digest)).toString(),
    );
    const mediaType = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    const elsewhere = { mediaType, digest: `sha256:${"1".repeat(64)}`, urls: ["https://x.test/"] };
    const foreign = { ...layers[0], ...elsewhere };
    const bytes = canonicalJson({ ...manifest, layers: [...layers, foreign] });
    const mixed = await store.putBytes(bytes, mediaTypes.manifest);
    await pushImage({ client, store, image: mixed, reference });

    const moved = await relocateImage({
      client,
      from: reference,
      to: parseReference(`${near.host}/team/foreign`),
    });

    expect(moved.digest).toBe(mixed.digest);
  });

  it("that does not exist is said to be absent, and nothing appears", async () => {
    const to = parseReference(`${near.host}/team/nothing`);

    const absent = relocateImage({ client, from: parseReference(`${far.host}/absent:1`), to });

    await expect(absent).rejects.toMatchObject({ code: "not-found" });
    expect(await client.find(to)).toBeUndefined();
  });
});
