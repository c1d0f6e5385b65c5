import { posix } from "node:path";
import { z } from "zod";
import { type ByteSource, type Digest, Meter } from "../digest.ts";
import { OciError } from "../errors.ts";
import { decompress, detectCompression } from "../layer/compression.ts";
import { readTar, type TarEntry, type TarItem, writeTar } from "../layer/tar.ts";
import type { Platform } from "../platform.ts";
import { canonicalJson, type Descriptor, ImageConfig, mediaTypes, parseJson } from "../schemas.ts";
import type { ContentStore } from "../store/content-store.ts";
import { chainIds } from "./chain.ts";
import { type Image, type ImageLayer, readImage, writeImage } from "./image.ts";

export interface DockerExportOptions {
  readonly store: ContentStore;
  readonly image: Descriptor | string;
  readonly platform?: Platform;
  /** Tags the engine gives the image, such as `hello:1.0`. */
  readonly tags?: readonly string[];
  /**
   * Chain ids (see `chainIds`) that the engine has: their bytes are left out. An engine with a layer store of its own
   * takes such an archive; one that keeps whole blobs (containerd image store) does not.
   */
  readonly present?: ReadonlySet<Digest>;
}

/**
 * Writes an image as `docker load` reads it. The engine's image id is the config digest, unchanged.
 * @yields the archive's bytes
 */
export async function* exportDockerArchive(
  options: DockerExportOptions,
): AsyncGenerator<Uint8Array> {
  const { store, platform, tags = [], present } = options;
  const image = await readImage(store, options.image, platform);
  const chain = chainIds(image.layers.map((layer) => layer.diffId));
  const missing = image.layers.filter((_, index) => {
    const id = chain[index];
    return id === undefined || present?.has(id) !== true;
  });
  yield* writeTar(archiveEntries(store, image, { missing, tags }));
}

async function* archiveEntries(
  store: ContentStore,
  image: Image,
  { missing, tags }: { missing: readonly ImageLayer[]; tags: readonly string[] },
): AsyncGenerator<TarEntry> {
  const config = `${hex(image.configDigest)}.json`;
  yield { name: config, body: await store.bytes(image.configDigest) };
  const unique = new Map(missing.map((layer) => [layer.diffId, layer]));
  for (const layer of unique.values()) yield await layerEntry(store, layer);
  const manifest = [{ Config: config, RepoTags: [...tags], Layers: image.layers.map(layerName) }];
  yield { name: "manifest.json", body: canonicalJson(manifest) };
}

async function layerEntry(store: ContentStore, layer: ImageLayer): Promise<TarEntry> {
  const { digest } = layer.descriptor;
  const name = layerName(layer);
  const head = await headOf(store, digest);
  if (detectCompression(head) !== "zstd") {
    return { name, size: (await store.size(digest)) ?? 0, body: store.read(digest) };
  }
  // Older engines read no zstd; the archive needs the plain size before the bytes.
  const plain = new Meter();
  for await (const chunk of decompress(store.read(digest))) plain.add(chunk);
  return { name, size: plain.size, body: decompress(store.read(digest)) };
}

function layerName(layer: ImageLayer): string {
  return `${hex(layer.diffId)}/layer.tar`;
}

function hex(digest: Digest): string {
  return digest.slice("sha256:".length);
}

/** One image of an archive, now in the store. */
export interface ImportedImage {
  readonly descriptor: Descriptor;
  /** Tags as the archive has them; not set in the store. */
  readonly tags: readonly string[];
}

const ArchiveManifest = z.array(
  z.looseObject({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z
      .array(z.string())
      .nullish()
      .transform((layers) => layers ?? []),
  }),
);

/**
 * Reads what `docker save` writes, of any version, into the store: each layer checked against its diff id, the config
 * byte for byte. Hold a lease of the store until the images are named.
 */
export async function importDockerArchive(
  source: ByteSource,
  store: ContentStore,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ImportedImage[]> {
  await using held = new AsyncDisposableStack();
  held.use(await store.lease());
  const contents = new Contents(store);
  for await (const item of readTar(decompress(source))) {
    options.signal?.throwIfAborted();
    await contents.add(item);
  }
  const listed = parseJson(
    ArchiveManifest,
    await contents.bytes("manifest.json"),
    "manifest.json of the archive",
  );
  const images: ImportedImage[] = [];
  for (const { Config, Layers, RepoTags } of listed) {
    const bytes = await contents.bytes(Config);
    const layers = await checkLayers(store, contents, { bytes, names: Layers });
    images.push({
      descriptor: await writeImage(store, { config: bytes, layers }),
      tags: RepoTags ?? [],
    });
  }
  return images;
}

/** What an archive has, by name. Everything goes into the store as it comes, since the list of it comes last. */
class Contents {
  readonly #store: ContentStore;
  readonly #digests = new Map<string, Digest>();
  readonly #links = new Map<string, string>();

  constructor(store: ContentStore) {
    this.#store = store;
  }

  async add({ header, body }: TarItem): Promise<void> {
    const name = posix.normalize(header.name);
    if (header.type === "file") this.#digests.set(name, (await this.#store.put(body)).digest);
    // Older engines write a layer that occurs twice as a link to the first.
    if (header.type === "symlink")
      this.#links.set(name, posix.join(posix.dirname(name), header.linkname));
    if (header.type === "link") this.#links.set(name, posix.normalize(header.linkname));
  }

  digest(name: string): Digest {
    const wanted = posix.normalize(name);
    const digest = this.#digests.get(this.#links.get(wanted) ?? wanted);
    if (digest !== undefined) return digest;
    throw new OciError("invalid-content", `The image archive has no file ${JSON.stringify(name)}`, {
      hint: "Write it with `docker save`; an archive of an OCI layout is imported as such.",
    });
  }

  bytes(name: string): Promise<Uint8Array> {
    return this.#store.bytes(this.digest(name));
  }
}

async function checkLayers(
  store: ContentStore,
  contents: Contents,
  { bytes, names }: { bytes: Uint8Array; names: readonly string[] },
): Promise<Descriptor[]> {
  const config = parseJson(ImageConfig, bytes, "The image configuration of the archive");
  const layers: Descriptor[] = [];
  for (const [index, name] of names.entries()) {
    const digest = contents.digest(name);
    const diffId = config.rootfs.diff_ids[index];
    const plain = digest === diffId ? digest : await plainDigest(store, digest);
    if (plain !== diffId) throw wrongLayer(name, diffId);
    layers.push({
      mediaType: await layerType(store, digest),
      digest,
      size: (await store.size(digest)) ?? 0,
    });
  }
  return layers;
}

async function plainDigest(store: ContentStore, digest: Digest): Promise<Digest> {
  const meter = new Meter();
  for await (const chunk of decompress(store.read(digest))) meter.add(chunk);
  return meter.finish().digest;
}

const TYPES = { none: mediaTypes.layer, gzip: mediaTypes.layerGzip, zstd: mediaTypes.layerZstd };

async function layerType(store: ContentStore, digest: Digest): Promise<string> {
  return TYPES[detectCompression(await headOf(store, digest))];
}

async function headOf(store: ContentStore, digest: Digest): Promise<Uint8Array> {
  for await (const chunk of store.read(digest)) return chunk;
  return new Uint8Array(0);
}

function wrongLayer(name: string, diffId: Digest | undefined): OciError {
  return new OciError(
    "digest-mismatch",
    `Layer ${name} of the archive is not ${diffId ?? "in its configuration"}`,
    {
      hint: "The archive is damaged; write it again.",
    },
  );
}
