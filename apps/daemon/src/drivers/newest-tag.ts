import { OciError, parseReference, type Reference, type RegistryClient } from "@gantry/oci";
import type { Source } from "@gantry/driver-package";
import { prerelease, rcompare, valid } from "semver";

/** Where a newer version of a driver in a registry is: the highest tag that is a version, beside one that is. Any other tag moves by itself. */
export async function newestTag(
  oci: RegistryClient,
  source: Extract<Source, { readonly kind: "oci" }>,
  signal: AbortSignal,
): Promise<Source> {
  const reference = parseReference(source.reference);
  const { tag = "" } = reference;
  if (valid(tag) === null) return source;
  const takesDrafts = prerelease(tag) !== null;
  const versions = (await tagsOf(oci, reference, signal)).filter(
    (one) => valid(one) !== null && (takesDrafts || prerelease(one) === null),
  );
  const newest = [tag, ...versions].toSorted(rcompare)[0] ?? tag;
  return { ...source, reference: source.reference.replace(/:[^:/]+$/, `:${newest}`) };
}

/** A registry that tells no tags still has the one that is known. */
async function tagsOf(
  oci: RegistryClient,
  reference: Reference,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return await oci.tags(reference, { signal });
  } catch (error) {
    if (error instanceof OciError && !signal.aborted) return [];
    throw error;
  }
}
