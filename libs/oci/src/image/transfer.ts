import type { ByteSource, Digest } from "../digest.ts";
import { OciError } from "../errors.ts";
import type { Platform } from "../platform.ts";
import {
  type Descriptor,
  Index,
  isIndexType,
  isManifestType,
  Manifest,
  parseJson,
} from "../schemas.ts";
import type { ContentStore } from "../store/content-store.ts";
import { chooseFrom } from "./image.ts";
import { inParallel } from "./pool.ts";

/** How one blob is getting on. `present` and `mounted` blobs were not moved. */
export interface TransferProgress {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  /** Bytes moved so far; less than before when a part is sent again. */
  readonly bytes: number;
  readonly state: "moving" | "done" | "present" | "mounted";
}

export interface TransferOptions {
  /** Blobs moved at once. Default 4. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** A place that images come from. Both verify what they give, or say so. */
export interface ImageSource {
  /** The bytes of a manifest or index, verified. */
  manifest(descriptor: Descriptor, signal?: AbortSignal): Promise<Uint8Array>;
  /** The bytes of a config or layer; verified by whoever reads them. */
  blob(descriptor: Descriptor, signal: AbortSignal): ByteSource;
}

/** All that an image consists of. */
export interface ImageTree {
  /** The image itself, after a choice of platform. */
  readonly root: Descriptor;
  /** Manifests and indexes, those that others name first; the root is the last. */
  readonly manifests: readonly { readonly descriptor: Descriptor; readonly bytes: Uint8Array }[];
  /** Configs and layers, each once. */
  readonly blobs: readonly Descriptor[];
}

export interface TreeOptions {
  /** One platform of an index, or the whole of it. */
  readonly platform: Platform | "all";
  readonly signal?: AbortSignal | undefined;
}

const MAX_MANIFESTS = 1_000;
const DEFAULT_CONCURRENCY = 4;

/** Reads the manifests of an image, and with them what it needs. */
export async function readTree(
  source: ImageSource,
  start: Descriptor,
  options: TreeOptions,
): Promise<ImageTree> {
  const manifests = new Map<Digest, { descriptor: Descriptor; bytes: Uint8Array }>();
  const blobs = new Map<Digest, Descriptor>();
  const visit = async (descriptor: Descriptor): Promise<Descriptor> => {
    if (manifests.has(descriptor.digest)) return descriptor;
    if (manifests.size >= MAX_MANIFESTS) throw tooMany(start);
    const bytes = await source.manifest(descriptor, options.signal);
    if (isIndexType(descriptor.mediaType)) {
      const index = parseJson(Index, bytes, `Index ${descriptor.digest}`);
      if (options.platform !== "all")
        return visit(chooseFrom(index, options.platform, descriptor.digest));
      for (const child of index.manifests) await visit(child);
    } else if (isManifestType(descriptor.mediaType)) {
      const manifest = parseJson(Manifest, bytes, `Manifest ${descriptor.digest}`);
      for (const blob of [manifest.config, ...manifest.layers]) blobs.set(blob.digest, blob);
    } else throw notImage(descriptor);
    manifests.set(descriptor.digest, { descriptor, bytes });
    return descriptor;
  };
  const root = await visit(start);
  return { root, manifests: [...manifests.values()], blobs: [...blobs.values()] };
}

/** A tree, where it comes from and where it goes. */
export interface TreeMove {
  readonly source: ImageSource;
  readonly store: ContentStore;
  readonly tree: ImageTree;
}

/** Puts into the store what it lacks of a tree. Manifests come last: where one is, all it names is too. */
export async function storeTree(
  { source, store, tree }: TreeMove,
  options: TransferOptions,
): Promise<void> {
  const { concurrency: limit = DEFAULT_CONCURRENCY, signal: outer, onProgress } = options;
  await inParallel(tree.blobs, { limit, signal: outer }, (blob, signal) =>
    storeBlob(source, store, { blob, signal, onProgress }),
  );
  for (const { descriptor, bytes } of tree.manifests)
    await store.putBytes(bytes, descriptor.mediaType);
}

async function storeBlob(
  source: ImageSource,
  store: ContentStore,
  {
    blob,
    signal,
    onProgress,
  }: { blob: Descriptor; signal: AbortSignal; onProgress: TransferOptions["onProgress"] },
): Promise<void> {
  const { digest, mediaType, size } = blob;
  const tell = (state: TransferProgress["state"], bytes: number) =>
    onProgress?.({ digest, mediaType, size, bytes, state });
  if (await store.retain(digest)) return tell("present", 0);
  const onBytes = (bytes: number) => tell("moving", bytes);
  await store.put(source.blob(blob, signal), {
    expected: { digest, size },
    signal,
    onProgress: onBytes,
  });
  tell("done", size);
}

/** A store as a source: for copies between stores and layouts. */
export function storeSource(store: ContentStore): ImageSource {
  return {
    manifest: ({ digest }) => store.bytes(digest),
    blob: ({ digest }) => store.read(digest),
  };
}

function tooMany(start: Descriptor): OciError {
  return new OciError(
    "too-large",
    `Image index ${start.digest} names more than ${MAX_MANIFESTS} manifests`,
    {
      hint: "Ask for one platform.",
    },
  );
}

function notImage(descriptor: Descriptor): OciError {
  return new OciError(
    "unsupported",
    `${descriptor.digest} is of type ${descriptor.mediaType}, which is no image`,
    {
      hint: "Name an image manifest or an image index.",
    },
  );
}
