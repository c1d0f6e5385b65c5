import { hostPlatform, type Platform } from "../platform.ts";
import { type Reference, withVersion } from "../reference.ts";
import type { RegistryClient } from "../registry/client.ts";
import type { Descriptor } from "../schemas.ts";
import type { ContentStore } from "../store/content-store.ts";
import { findImage } from "./image.ts";
import { type MountOptions, sendParts, sendRoot } from "./send.ts";
import {
  type ImageSource,
  readTree,
  storeSource,
  storeTree,
  type TransferOptions,
} from "./transfer.ts";

export interface PullOptions extends TransferOptions {
  readonly client: RegistryClient;
  readonly store: ContentStore;
  readonly reference: Reference;
  /** Which image of an index. Default: this machine's. */
  readonly platform?: Platform | "all";
  /** Name in the store. Default: the normalized reference. */
  readonly name?: string;
}

/** Fetches an image into the store, moving only what is missing, and names it. */
export async function pullImage(options: PullOptions): Promise<Descriptor> {
  const { client, store, reference, platform = hostPlatform(), signal } = options;
  await using held = new AsyncDisposableStack();
  held.use(await store.lease());
  const source = registrySource(client, store, reference);
  const start = await client.resolve(reference, { signal });
  const tree = await readTree(source, start, { platform, signal });
  await storeTree({ source, store, tree }, options);
  await store.tag(options.name ?? reference.normalized, tree.root);
  return tree.root;
}

export interface PushOptions extends TransferOptions, MountOptions {
  readonly client: RegistryClient;
  readonly store: ContentStore;
  /** What to push: a descriptor, or a name of the store. */
  readonly image: Descriptor | string;
  readonly reference: Reference;
}

/** Sends an image to a registry, moving only what it lacks; the tag is set last. Digests do not change. */
export async function pushImage(options: PushOptions): Promise<Descriptor> {
  const { client, store, reference, signal } = options;
  await using held = new AsyncDisposableStack();
  held.use(await store.lease());
  const root = await findImage(store, options.image);
  const tree = await readTree(storeSource(store), root, { platform: "all", signal });
  const open = ({ digest }: Descriptor, start: number) => store.read(digest, start);
  await sendParts({ client, reference, tree, open }, options);
  // Awaited here: the lease must hold until the bytes are read.
  return await sendRoot({ client, reference, tree, open }, signal);
}

export interface CopyOptions extends TransferOptions {
  readonly from: ContentStore;
  readonly to: ContentStore;
  /** A descriptor, or a name in `from`. */
  readonly image: Descriptor | string;
  /** Name in `to`. */
  readonly name: string;
  /** Default: all. */
  readonly platform?: Platform | "all";
}

/**
 * Copies an image between stores, verifying each byte. A store is an OCI layout: `ContentStore.open` a directory to
 * export into it, `ContentStore.openLayout` one to import from it.
 */
export async function copyImage(options: CopyOptions): Promise<Descriptor> {
  const { from, to, platform = "all", signal } = options;
  await using held = new AsyncDisposableStack();
  held.use(await to.lease());
  const source = storeSource(from);
  const tree = await readTree(source, await findImage(from, options.image), { platform, signal });
  await storeTree({ source, store: to, tree }, options);
  await to.tag(options.name, tree.root);
  return tree.root;
}

/** A registry as a source; manifests that the store has are not fetched again. */
function registrySource(
  client: RegistryClient,
  store: ContentStore,
  reference: Reference,
): ImageSource {
  return {
    manifest: async ({ digest }, signal) => {
      if (await store.retain(digest)) return store.bytes(digest);
      const fetched = await client.manifest(withVersion(reference, { digest }), { signal });
      return fetched.bytes;
    },
    blob: (descriptor, signal) => client.blob(reference, descriptor, { signal }),
  };
}
