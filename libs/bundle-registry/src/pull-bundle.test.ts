import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson, parseBundle } from "@gantry/cnab";
import {
  ContentStore,
  digestOf,
  mediaTypes,
  parseReference,
  RegistryClient,
  withVersion,
} from "@gantry/oci";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engine } from "../../../tools/engines/require.ts";
import { pullBundle } from "./pull-bundle.ts";
import { pushBundle } from "./push-bundle.ts";
import { goldenBundle } from "./testing/golden.ts";

const registry = engine("registry");
const host = registry.available ? registry.registry : "";
const client = new RegistryClient({ attempts: 1 });
const { signal } = new AbortController();

describe.skipIf(!registry.available)("a bundle in a registry", () => {
  let dir: string;
  let cache: ContentStore;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "gantry-bundle-"));
    cache = await ContentStore.open(dir);
  });
  afterEach(() => rm(dir, { recursive: true }));

  /** Publishes the golden bundle with images that are there; every test has a repository of its own. */
  async function published(name: string, more: object = {}) {
    const target = parseReference(`${host}/bundle-registry/${name}-${Date.now()}:1.0`);
    const image = await anImage(target);
    const facts = { contentDigest: image.digest, size: image.size, mediaType: image.mediaType };
    const images = Object.fromEntries(
      Object.entries(goldenBundle.images).map(([key, one]) => [key, { ...one, ...facts }]),
    );
    const invocationImages = [{ ...goldenBundle.invocationImages[0], ...facts }];
    const bundle = parseBundle(
      JSON.stringify({ ...goldenBundle, images, invocationImages, ...more }),
    );
    const at = `${target.name}@${image.digest}`;
    const names = [...bundle.invocationImages, ...Object.values(bundle.images ?? {})];
    const relocation = Object.fromEntries(names.map((one) => [one.image, at]));
    const pushed = await pushBundle(client, { bundle, relocation, target, signal });
    return { target, bundle, relocation, pushed };
  }

  it("[G-01, L-01] comes back to the byte, with a map of all its images", async () => {
    const { target, bundle, relocation, pushed } = await published("whole");

    const pulled = await pullBundle(client, { reference: target, cache, signal });

    expect(Buffer.from(pulled.bundleBytes).toString()).toBe(canonicalJson(bundle));
    expect(pulled).toMatchObject({ digest: pushed.index.digest, relocation, staleTag: false });
    expect(Object.keys(pulled.relocation)).toHaveLength(3);
  });

  it("[L-02] has a key for each way that it writes one image", async () => {
    const one = { imageType: "docker", description: "" };
    const facts = await anImage(parseReference(`${host}/bundle-registry/facts`));
    const { digest: contentDigest, size, mediaType } = facts;
    const images = {
      short: { ...one, image: "ubuntu", contentDigest, size, mediaType },
      long: { ...one, image: "docker.io/library/ubuntu", contentDigest, size, mediaType },
    };
    const { target } = await published("twice", { images });

    const { relocation } = await pullBundle(client, { reference: target, cache, signal });

    expect(relocation["ubuntu"]).toBe(`${target.name}@${contentDigest}`);
    expect(relocation["docker.io/library/ubuntu"]).toBe(relocation["ubuntu"]);
  });

  it("is read from the cache by digest, and made good where the cache is damaged", async () => {
    const { target, pushed } = await published("cached");
    await pullBundle(client, { reference: target, cache, signal });
    const exact = withVersion(target, { digest: pushed.index.digest });
    const nobody = new RegistryClient({ attempts: 1, timeoutMs: 1 });

    const kept = await pullBundle(nobody, { reference: exact, cache, signal });
    await writeFile(cache.path(digestOf(kept.bundleBytes)), "{}");
    const mended = await pullBundle(client, { reference: exact, cache, signal });

    expect(mended.bundleBytes).toEqual(Buffer.from(kept.bundleBytes));
    expect(await cache.bytes(digestOf(kept.bundleBytes))).toEqual(Buffer.from(kept.bundleBytes));
  });

  it("that names an image which is not there is incomplete", async () => {
    const { target } = await published("part");
    const bytes = (await client.manifest(target, { signal })).bytes;
    const index = JSON.parse(Buffer.from(bytes).toString());
    const cut = { ...index, manifests: index.manifests.slice(0, 2) };
    const reference = withVersion(target, { tag: "cut" });
    const document = { bytes: Buffer.from(JSON.stringify(cut)), mediaType: mediaTypes.index };
    await client.pushManifest(reference, document, { signal });

    const pulled = pullBundle(client, { reference, cache, signal });

    await expect(pulled).rejects.toMatchObject({ code: "invalid-content" });
  });

  it("[B-21] is not published with an image that has no digest", async () => {
    const target = parseReference(`${host}/bundle-registry/undigested:1`);
    const bundle = parseBundle(
      JSON.stringify({ ...goldenBundle, invocationImages: [{ image: "x", imageType: "docker" }] }),
    );

    const pushed = pushBundle(client, { bundle, relocation: {}, target, signal });

    await expect(pushed).rejects.toMatchObject({ name: "BundleError", code: "digest" });
    expect(await client.find(target, { signal })).toBeUndefined();
  });
});

/** An image without layers in the repository. */
async function anImage(target: ReturnType<typeof parseReference>) {
  const config = Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers"}}');
  const content = { digest: digestOf(config), size: config.byteLength };
  const open = async function* () {
    yield config;
  };
  await client.pushBlob(target, { descriptor: content, open });
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, ...content },
    layers: [],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const exact = withVersion(target, { digest: digestOf(bytes) });
  return client.pushManifest(exact, { bytes, mediaType: mediaTypes.manifest });
}
