import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Work } from "@gantry/driver-api";
import {
  ContentStore,
  type Descriptor,
  type Digest,
  type Image,
  mediaTypes,
  parseDigest,
  readImage,
  writeImage,
} from "@gantry/oci";
import { extract, pack, type Pack } from "tar-stream";
import { ImageAnswer, ImageList, ManifestAnswer } from "../engine/answers.ts";
import { garbled, imageMissing, isGone } from "../errors.ts";
import type { PodmanEngine } from "../engine/podman-engine.ts";

/** Where an image goes to or comes from. */
export interface Transfer {
  readonly layoutDir: string;
  readonly work: Work;
}

const HEX = /^[0-9a-f]{64}$/u;
const MAX_CONFIG = 16 * 1024 * 1024;

/**
 * Writes `image` into the OCI layout at `layoutDir`; gives its manifest's digest there. Layers stay plain, so that a
 * layer's digest says whether the layout has it already: Podman sends it all the same, and it is not written.
 */
export async function exportImage(
  engine: PodmanEngine,
  image: ImageAnswer,
  { layoutDir, work }: Transfer,
): Promise<string> {
  const store = await ContentStore.open(layoutDir);
  await using _lease = await store.lease();
  const layers = (image.RootFS.Layers ?? []).map(parseDigest);
  const config = await receive(engine, image, { store, layers, work });
  const descriptors: Descriptor[] = [];
  for (const digest of layers) {
    const size = await store.size(digest);
    if (size === undefined) throw garbled(`archive of an image: it lacks ${digest}`);
    descriptors.push({ mediaType: mediaTypes.layer, digest, size });
  }
  const descriptor = await writeImage(store, { config, layers: descriptors });
  // Under its own id, so that a collection of the store's garbage leaves it.
  await store.tag(`sha256:${image.Id}`, descriptor);
  return descriptor.digest;
}

interface Receiving {
  readonly store: ContentStore;
  readonly layers: readonly Digest[];
  readonly work: Work;
}

/** Takes the layers that are lacking out of Podman's archive, and gives the image's configuration. */
async function receive(
  engine: PodmanEngine,
  image: ImageAnswer,
  { store, layers, work }: Receiving,
): Promise<Buffer> {
  // The one form whose files are the very bytes that were digested, whichever kind of image it is.
  const query = { format: "docker-dir", compress: false };
  const path = `/images/${image.Id}/get`;
  const answer = await engine.stream({ method: "GET", path, query, signal: work.signal });
  const found: { config?: Buffer; manifest?: string } = {};
  const entries = extract();
  answer.on("error", (error) => entries.destroy(error));
  for await (const entry of answer.pipe(entries)) {
    const { name, size } = entry.header;
    const digest = HEX.test(name) ? parseDigest(`sha256:${name}`) : undefined;
    if (name === "manifest.json") found.manifest = (await buffer(entry)).toString("utf8");
    else if (name === image.Id && size <= MAX_CONFIG) found.config = await buffer(entry);
    else if (digest !== undefined && layers.includes(digest) && !(await store.retain(digest)))
      await store.put(Readable.from(entry), { expected: { digest, size } });
    else entry.resume();
  }
  const manifest = ManifestAnswer.parse(JSON.parse(found.manifest ?? "{}"));
  if (found.config === undefined || manifest.config.digest !== `sha256:${image.Id}`)
    throw garbled("configuration of an image");
  return found.config;
}

/**
 * Loads the image with manifest `digest` from the OCI layout at `layoutDir`; gives its id. Layers that Podman's images
 * have already are left out of what is sent.
 */
export async function importImage(
  engine: PodmanEngine,
  digest: string,
  { layoutDir, work }: Transfer,
): Promise<string> {
  const store = await ContentStore.openLayout(layoutDir);
  const size = await store.size(parseDigest(digest));
  if (size === undefined) throw imageMissing(`${digest} in ${layoutDir}`);
  const descriptor = { mediaType: mediaTypes.manifest, digest: parseDigest(digest), size };
  const image = await readImage(store, descriptor);
  const title = `Importing ${image.configDigest}`;
  const total = image.layers.length + 1;
  await work.report({ kind: "progress", title, current: 0, total, unit: "items" });
  const sending = { store, descriptor, image, work };
  const known = await layersOf(engine, work.signal);
  const lacking = layersIn(image).filter((layer) => !known.has(layer));
  const isPartial = lacking.length < layersIn(image).length;
  await send(engine, lacking, sending).catch(async (error: unknown) => {
    // What an image has may have gone with it meanwhile.
    if (!isPartial || work.signal.aborted) throw error;
    await send(engine, layersIn(image), sending);
  });
  await work.report({ kind: "progress", title, current: total, total, unit: "items" });
  return image.configDigest;
}

function layersIn(image: Image): readonly Digest[] {
  return [...new Set(image.layers.map(({ descriptor }) => descriptor.digest))];
}

/** More images than anybody looks into for the sake of a transfer. */
const MAX_IMAGES = 40;

/** The plain layers of the images that Podman holds. */
async function layersOf(engine: PodmanEngine, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const list = { method: "GET", path: "/images/json", signal } as const;
  const images = (await engine.json(list, ImageList)) ?? [];
  const layers = images.slice(0, MAX_IMAGES).map(async ({ Id }) => {
    const path = `/images/${Id.replace(/^sha256:/u, "")}/json`;
    const found = await engine.json({ method: "GET", path, signal }, ImageAnswer).catch(ifGone);
    return found?.RootFS.Layers ?? [];
  });
  return new Set((await Promise.all(layers)).flat());
}

function ifGone(error: unknown): undefined {
  if (!isGone(error)) throw error;
}

interface Sending {
  readonly store: ContentStore;
  readonly descriptor: Descriptor;
  readonly image: Image;
  readonly work: Work;
}

/** Sends the image as an archive of an OCI layout, with these layers of it. */
async function send(
  engine: PodmanEngine,
  layers: readonly Digest[],
  { store, descriptor, image, work }: Sending,
): Promise<void> {
  const body = pack();
  const index = { schemaVersion: 2, manifests: [descriptor] };
  body.entry({ name: "oci-layout" }, '{"imageLayoutVersion":"1.0.0"}');
  body.entry({ name: "index.json" }, JSON.stringify(index));
  const blobs = [descriptor.digest, image.configDigest, ...layers];
  const packed = packBlobs(body, store, blobs).catch((error: Error) => body.destroy(error));
  const archive = Readable.from(body);
  const call = { path: "/images/load", body: archive, signal: work.signal } as const;
  try {
    await engine.text({ ...call, method: "POST" });
  } finally {
    archive.destroy();
    body.destroy();
    await packed;
  }
}

async function packBlobs(
  body: Pack,
  store: ContentStore,
  digests: readonly Digest[],
): Promise<void> {
  for (const digest of digests) {
    const size = await store.size(digest);
    if (size === undefined) throw imageMissing(`${digest}, a part of the image`);
    const name = `blobs/${digest.replace(":", "/")}`;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry = body.entry({ name, size }, (error) => (error ? reject(error) : resolve()));
    body.once("close", resolve);
    createReadStream(store.path(digest)).on("error", reject).pipe(entry);
    await promise;
    body.off("close", resolve);
  }
  body.finalize();
}
