import { type Bundle, parseBundle } from "@gantry/cnab";
import {
  type ContentStore,
  type Descriptor,
  Index,
  isOciError,
  Manifest,
  mediaTypes,
  OciError,
  parseJson,
  type Reference,
  type RegistryClient,
} from "@gantry/oci";
import { Documents } from "./documents.ts";
import { configOf, relocationOf } from "./read-index.ts";

export interface PullBundle {
  readonly reference: Reference;
  /** Documents that were fetched before. What is damaged there is fetched again. */
  readonly cache: ContentStore;
  readonly signal: AbortSignal;
}

/** A bundle as its registry has it; every byte was held against its digest. */
export interface PulledBundle {
  /** Of the index. */
  readonly digest: string;
  readonly bundle: Bundle;
  /** The bundle.json as it was published. */
  readonly bundleBytes: Uint8Array;
  /** Each image that the bundle names, to `REPOSITORY@DIGEST`. */
  readonly relocation: Readonly<Record<string, string>>;
  /** The registry could not be reached: this is what the tag named when it last could. */
  readonly staleTag: boolean;
}

/**
 * Fetches a bundle. A tag is looked up anew each time, what it names is fetched once. Throws `invalid-content` when
 * something else than a bundle is there.
 */
export async function pullBundle(
  client: RegistryClient,
  options: PullBundle,
): Promise<PulledBundle> {
  const { reference, cache } = options;
  await using held = new AsyncDisposableStack();
  held.use(await cache.lease());
  const { descriptor, staleTag } = await resolve(client, options);
  if (!isIndex(descriptor)) throw notBundle(reference, `of type ${descriptor.mediaType}`);
  const documents = new Documents(client, options);
  const index = parseJson(
    Index,
    await documents.manifest(descriptor),
    `The index at ${reference.familiar}`,
  );
  const configEntry = configOf(index);
  if (configEntry === undefined) throw notBundle(reference, "an image index without a bundle");
  const { config } = parseJson(
    Manifest,
    await documents.manifest(configEntry),
    `The bundle's manifest at ${reference.familiar}`,
  );
  const bundleBytes = await documents.blob(config);
  const bundle = parseBundle(bundleBytes);
  const relocation = relocationOf(index, bundle, reference);
  await name(options, descriptor);
  return { digest: descriptor.digest, bundle, bundleBytes, relocation, staleTag };
}

function isIndex({ mediaType }: Descriptor): boolean {
  return mediaType === mediaTypes.index || mediaType === mediaTypes.dockerList;
}

interface Resolved {
  readonly descriptor: Descriptor;
  readonly staleTag: boolean;
}

async function resolve(
  client: RegistryClient,
  { reference, cache, signal }: PullBundle,
): Promise<Resolved> {
  const known = await cache.resolve(reference.digest ?? reference.normalized);
  if (reference.digest !== undefined && known !== undefined)
    return { descriptor: known, staleTag: false };
  try {
    return { descriptor: await client.resolve(reference, { signal }), staleTag: false };
  } catch (error) {
    if (known === undefined || !isOciError(error, "unreachable")) throw error;
    return { descriptor: known, staleTag: true };
  }
}

/** Only what was read whole gets its names: by digest, and by the tag that led to it. */
async function name(
  { reference, cache }: PullBundle,
  { digest, mediaType, size }: Descriptor,
): Promise<void> {
  for (const word of [digest, ...(reference.digest === undefined ? [reference.normalized] : [])]) {
    if ((await cache.resolve(word))?.digest !== digest)
      await cache.tag(word, { digest, mediaType, size });
  }
}

function notBundle({ familiar }: Reference, found: string): OciError {
  return new OciError("invalid-content", `There is no bundle at ${familiar}: it is ${found}.`, {
    hint: "Name a bundle that was published with `gantry publish` or `porter publish`.",
  });
}
