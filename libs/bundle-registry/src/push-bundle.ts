import { type Bundle, BundleError, canonicalJson, validateBundle } from "@gantry/cnab";
import {
  type Descriptor,
  digestOf,
  isOciError,
  type Reference,
  type RegistryClient,
  withVersion,
} from "@gantry/oci";
import { bundleIndex } from "./bundle-index.ts";
import { CONFIG_FORMS, configManifest, type Document } from "./config-manifest.ts";

export interface PushBundle {
  /** With `contentDigest`, `size` and `mediaType` of every image. */
  readonly bundle: Bundle;
  readonly relocation: Readonly<Record<string, string>>;
  /** Repository and tag. Its images are there already. */
  readonly target: Reference;
  readonly signal: AbortSignal;
  /** Called when all is there but the tag: the last moment to refuse. */
  readonly beforeTag?: () => Promise<void>;
}

export interface PushedBundle {
  /** The index that the tag names now. */
  readonly index: Descriptor;
  /** Of the bundle.json. */
  readonly bundleDigest: string;
}

/**
 * Publishes a bundle whose images are in the target's repository: the bundle.json, its manifest, and last the tag.
 * Throws a `BundleError` for a bundle that must not be distributed.
 */
export async function pushBundle(
  client: RegistryClient,
  { bundle, relocation, target, signal, beforeTag }: PushBundle,
): Promise<PushedBundle> {
  refuseUnfit(bundle);
  const bytes = Buffer.from(canonicalJson(bundle));
  const content = { digest: digestOf(bytes), size: bytes.byteLength };
  const open = async function* (start: number) {
    yield bytes.subarray(start);
  };
  await client.pushBlob(target, { descriptor: content, open, signal });
  const config = await pushFirst(
    CONFIG_FORMS.map((form) => configManifest(content, form)),
    (document) =>
      client.pushManifest(withVersion(target, { digest: digestOf(document.bytes) }), document, {
        signal,
      }),
  );
  await beforeTag?.();
  const index = await pushFirst(
    (["oci", "docker"] as const).map((form) => bundleIndex({ bundle, config, relocation, form })),
    (document) => client.pushManifest(target, document, { signal }),
  );
  return { index, bundleDigest: content.digest };
}

function refuseUnfit(bundle: Bundle): void {
  const problems = validateBundle(bundle, { forDistribution: true });
  const [first, ...rest] = problems.filter(({ severity }) => severity === "error");
  if (first !== undefined) throw new BundleError([first, ...rest]);
}

/** A registry that does not know a type says so; the next form is for registries that are older. */
async function pushFirst(
  documents: readonly Document[],
  push: (document: Document) => Promise<Descriptor>,
): Promise<Descriptor> {
  const [first, ...rest] = documents;
  if (first === undefined) throw new RangeError("There is no document to push.");
  try {
    return await push(first);
  } catch (error) {
    if (rest.length === 0 || !isOciError(error, "registry-error")) throw error;
    return pushFirst(rest, push).catch(() => Promise.reject(error));
  }
}
