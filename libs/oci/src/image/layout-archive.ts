import { posix } from "node:path";
import { type ByteSource, isDigest } from "../digest.ts";
import { OciError } from "../errors.ts";
import { decompress } from "../layer/compression.ts";
import { readTar, type TarEntry, type TarItem, writeTar } from "../layer/tar.ts";
import type { Platform } from "../platform.ts";
import { canonicalJson, Index, mediaTypes, parseJson } from "../schemas.ts";
import type { ContentStore, NamedImage } from "../store/content-store.ts";
import { nameOf, REF_NAME } from "../store/index-file.ts";
import { findImage } from "./image.ts";
import { readTree, storeSource, type TransferOptions } from "./transfer.ts";

export interface LayoutExportOptions {
  readonly store: ContentStore;
  /** Names of the store; they are the names in the layout. */
  readonly names: readonly string[];
  /** Default: all. */
  readonly platform?: Platform | "all";
  /** Directory in front of every name, such as `artifacts/layout`. */
  readonly prefix?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes images as the tar of an OCI layout: the same images give the same bytes.
 * @yields the archive's bytes
 */
export async function* exportLayoutArchive(
  options: LayoutExportOptions,
): AsyncGenerator<Uint8Array> {
  yield* writeTar(layoutEntries(options));
}

async function* layoutEntries(options: LayoutExportOptions): AsyncGenerator<TarEntry> {
  const { store, prefix = "", platform = "all", signal } = options;
  const at = (name: string) => posix.join(prefix, name);
  const digests = new Set<`sha256:${string}`>();
  const manifests = [];
  for (const name of options.names.toSorted()) {
    const tree = await readTree(storeSource(store), await findImage(store, name), {
      platform,
      signal,
    });
    for (const blob of [...tree.blobs, ...tree.manifests.map(({ descriptor }) => descriptor)])
      digests.add(blob.digest);
    manifests.push({ ...tree.root, annotations: { ...tree.root.annotations, [REF_NAME]: name } });
  }
  yield { name: at("oci-layout"), body: Buffer.from('{"imageLayoutVersion":"1.0.0"}') };
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
  yield { name: at("index.json"), body: canonicalJson(index) };
  for (const digest of [...digests].toSorted()) {
    const name = at(`blobs/sha256/${digest.slice("sha256:".length)}`);
    yield { name, size: (await store.size(digest)) ?? 0, body: store.read(digest) };
  }
}

/**
 * Reads the tar of an OCI layout (plain, gzip or zstd) into the store and names its images as the layout does. Every
 * blob is checked against the digest that is its name; an image of which something is missing is refused.
 */
export async function importLayoutArchive(
  source: ByteSource,
  store: ContentStore,
  options: Pick<TransferOptions, "signal"> = {},
): Promise<NamedImage[]> {
  await using held = new AsyncDisposableStack();
  held.use(await store.lease());
  let index: Uint8Array | undefined;
  for await (const item of readTar(decompress(source))) {
    options.signal?.throwIfAborted();
    if (item.header.type !== "file") continue;
    if (posix.basename(item.header.name) === "index.json") index ??= await smallBody(item);
    else await takeBlob(store, item);
  }
  if (index === undefined) throw noIndex();
  const images = parseJson(Index, index, "index.json of the archive").manifests;
  // Awaited here: the lease must hold until the names are set.
  return await nameAll(
    store,
    images.map((descriptor) => ({ name: nameOf(descriptor) ?? descriptor.digest, descriptor })),
  );
}

async function nameAll(store: ContentStore, images: NamedImage[]): Promise<NamedImage[]> {
  for (const { descriptor } of images) {
    const tree = await readTree(storeSource(store), descriptor, { platform: "all" });
    for (const { digest } of tree.blobs) {
      if (!(await store.has(digest))) throw incomplete(digest);
    }
  }
  for (const { name, descriptor } of images) await store.tag(name, descriptor);
  return images;
}

async function takeBlob(store: ContentStore, { header, body }: TarItem): Promise<void> {
  const digest = /(?:^|\/)blobs\/sha256\/([a-f0-9]{64})$/.exec(header.name)?.[1];
  const named = `sha256:${digest}`;
  if (isDigest(named)) await store.put(body, { expected: { digest: named, size: header.size } });
}

const MAX_INDEX = 4 << 20;

async function smallBody({ header, body }: TarItem): Promise<Uint8Array> {
  if (header.size > MAX_INDEX) {
    throw new OciError("too-large", `index.json of the archive has ${header.size} bytes`, {
      hint: "No honest index is that large; check where the archive comes from.",
    });
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function noIndex(): OciError {
  return new OciError(
    "invalid-content",
    "The archive has no index.json: it is no OCI image layout",
    {
      hint: "An archive that `docker save` wrote is imported as such.",
    },
  );
}

function incomplete(digest: string): OciError {
  return new OciError("invalid-content", `The archive names ${digest} but does not have it`, {
    hint: "Write the archive again, with all platforms.",
  });
}
