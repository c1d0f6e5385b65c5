import type { ByteSource, Digest } from "../digest.ts";
import { type Reference, withVersion } from "../reference.ts";
import type { RegistryClient } from "../registry/client.ts";
import type { Descriptor } from "../schemas.ts";
import { inParallel } from "./pool.ts";
import type { ImageTree, TransferOptions, TransferProgress } from "./transfer.ts";

export interface MountOptions {
  /** A repository of the same registry that may have the blob: one for all, or one for each. */
  readonly mountFrom?: string | ((digest: Digest) => string | undefined);
}

/** An image on its way to a registry. */
export interface TreeSend {
  readonly client: RegistryClient;
  readonly reference: Reference;
  readonly tree: ImageTree;
  /** Opens the bytes of a blob from `start` on. */
  readonly open: (blob: Descriptor, start: number) => ByteSource;
}

/** Sends everything that the repository lacks, but the root. */
export async function sendParts(
  send: TreeSend,
  options: TransferOptions & MountOptions,
): Promise<void> {
  const { tree, client, reference } = send;
  const { concurrency: limit = 4, signal: outer } = options;
  const blobs = tree.blobs.filter((blob) => !isForeign(blob));
  await inParallel(blobs, { limit, signal: outer }, (blob, signal) =>
    sendBlob(send, options, { blob, signal }),
  );
  for (const { descriptor, bytes } of tree.manifests.slice(0, -1)) {
    const target = withVersion(reference, { digest: descriptor.digest });
    const { mediaType } = descriptor;
    await client.pushManifest(target, { bytes, mediaType }, { signal: outer });
  }
}

/** Puts the root under the reference: from then on the image is there. */
export async function sendRoot(
  { client, reference, tree }: TreeSend,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  const bytes = tree.manifests.at(-1)?.bytes ?? new Uint8Array();
  return client.pushManifest(reference, { bytes, mediaType: tree.root.mediaType }, { signal });
}

/** A layer that its owner alone may distribute: the manifest says where it is. */
function isForeign({ urls = [] }: Descriptor): boolean {
  return urls.length > 0;
}

async function sendBlob(
  { client, reference, open }: TreeSend,
  { mountFrom, onProgress }: TransferOptions & MountOptions,
  { blob, signal }: { readonly blob: Descriptor; readonly signal: AbortSignal },
): Promise<void> {
  const { digest, mediaType, size } = blob;
  const tell = (state: TransferProgress["state"], bytes: number) =>
    onProgress?.({ digest, mediaType, size, bytes, state });
  const outcome = await client.pushBlob(reference, {
    descriptor: blob,
    open: (start) => open(blob, start),
    mountFrom: typeof mountFrom === "function" ? mountFrom(digest) : mountFrom,
    signal,
    onProgress: (bytes) => tell("moving", bytes),
  });
  tell(outcome === "uploaded" ? "done" : outcome, outcome === "uploaded" ? size : 0);
}
