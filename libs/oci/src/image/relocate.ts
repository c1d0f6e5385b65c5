import type { ByteSource } from "../digest.ts";
import { type Reference, withVersion } from "../reference.ts";
import type { RegistryClient } from "../registry/client.ts";
import type { Descriptor } from "../schemas.ts";
import { sendParts, sendRoot } from "./send.ts";
import { type ImageSource, readTree, type TransferOptions } from "./transfer.ts";

export interface RelocateOptions extends TransferOptions {
  readonly client: RegistryClient;
  readonly from: Reference;
  /** The repository; its tag does not count. */
  readonly to: Reference;
}

/**
 * Copies an image with all its platforms to another repository, under its digest, which does not change. Within a
 * registry the layers are mounted; between two they are streamed, and nothing is kept on this machine.
 */
export async function relocateImage(options: RelocateOptions): Promise<Descriptor> {
  const { client, from, to, signal } = options;
  const root = await client.resolve(from, { signal });
  const { mediaType, digest, size } = root;
  const target = withVersion(to, { digest });
  if ((await client.find(target, { signal })) !== undefined) return { mediaType, digest, size };
  const tree = await readTree(remoteSource(client, from), root, { platform: "all", signal });
  const open = (blob: Descriptor, start: number) =>
    behind(client.blob(from, blob, { signal }), start);
  const send = { client, reference: target, tree, open };
  const mountFrom = from.registry === to.registry ? { mountFrom: from.repository } : {};
  await sendParts(send, { ...options, ...mountFrom });
  return sendRoot(send, signal);
}

/** A registry as a source; every manifest is held against its digest. */
function remoteSource(client: RegistryClient, from: Reference): ImageSource {
  return {
    manifest: async ({ digest }, signal) =>
      (await client.manifest(withVersion(from, { digest }), { signal })).bytes,
    blob: (descriptor, signal) => client.blob(from, descriptor, { signal }),
  };
}

/** Without the first `start` bytes: an upload that broke goes on where it broke. */
async function* behind(source: ByteSource, start: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of source) {
    const skip = Math.max(start - at, 0);
    at += chunk.byteLength;
    if (skip < chunk.byteLength) yield chunk.subarray(skip);
  }
}
