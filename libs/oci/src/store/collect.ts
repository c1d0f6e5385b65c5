import type { Digest } from "../digest.ts";
import {
  type Descriptor,
  Index,
  isIndexType,
  isManifestType,
  Manifest,
  parseJson,
} from "../schemas.ts";
import type { BlobFiles } from "./blobs.ts";
import { sweepOwned } from "./lease.ts";

export interface CollectOptions {
  /** Blobs used within this time stay even when unnamed. Default 10 minutes; 0 relies on leases alone. */
  readonly graceMs?: number;
  /** Further blobs to keep, with all that they reach when given as descriptors of manifests. */
  readonly keep?: readonly Descriptor[];
  readonly signal?: AbortSignal | undefined;
}

/** What a collection removed. */
export interface Collected {
  readonly removed: readonly Digest[];
  readonly freedBytes: number;
}

/** Reads small blobs; what the walk over manifests needs of a store. */
export interface BlobReader {
  has(digest: Digest): Promise<boolean>;
  bytes(digest: Digest): Promise<Uint8Array>;
}

interface Places {
  readonly blobs: BlobFiles;
  readonly leases: string;
  readonly drafts: string;
  readonly images: readonly Descriptor[];
}

/** File times may lag the clock by a tick of the kernel. */
const CLOCK_SLACK_MS = 1_000;

/** Mark and sweep. Call with the store's lock held: a blob retained at the same moment then stays. */
export async function collectGarbage(
  reader: BlobReader,
  options: CollectOptions & Places,
): Promise<Collected> {
  const leaseStart = (await sweepOwned(options.leases)) - CLOCK_SLACK_MS;
  await sweepOwned(options.drafts);
  const youngest = Math.min(leaseStart, Date.now() - (options.graceMs ?? 10 * 60_000));
  const reached = await reach(reader, [...options.images, ...(options.keep ?? [])]);
  const removed: Digest[] = [];
  let freedBytes = 0;
  for (const digest of await options.blobs.list()) {
    options.signal?.throwIfAborted();
    if (reached.has(digest)) continue;
    const usedAt = await options.blobs.usedAt(digest);
    if (usedAt === undefined || usedAt > youngest) continue;
    freedBytes += (await options.blobs.size(digest)) ?? 0;
    await options.blobs.remove(digest);
    removed.push(digest);
  }
  return { removed, freedBytes };
}

async function reach(reader: BlobReader, roots: readonly Descriptor[]): Promise<Set<Digest>> {
  const reached = new Set<Digest>();
  const pending = [...roots];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (reached.has(next.digest)) continue;
    reached.add(next.digest);
    pending.push(...(await children(reader, next)));
  }
  return reached;
}

/** What a manifest or index names; nothing for other blobs and for manifests that are not here. */
export async function children(reader: BlobReader, descriptor: Descriptor): Promise<Descriptor[]> {
  const { mediaType, digest } = descriptor;
  if (!isIndexType(mediaType) && !isManifestType(mediaType)) return [];
  if (!(await reader.has(digest))) return [];
  const bytes = await reader.bytes(digest);
  if (isIndexType(mediaType)) return parseJson(Index, bytes, `Index ${digest}`).manifests;
  const manifest = parseJson(Manifest, bytes, `Manifest ${digest}`);
  return [manifest.config, ...manifest.layers];
}
