import { pointer } from "../../json/json-value.ts";
import { type Problem, problem } from "../../problem.ts";
import type { Bundle, ComponentImage, InvocationImage } from "../schema.ts";

/** `algorithm:encoded` of the OCI image specification, of any length: placeholders are common. */
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/;

/** The rules for content digests; one is owed by every image once the bundle is distributed. */
export function imageProblems(bundle: Bundle, isDistributed: boolean): readonly Problem[] {
  const invocation = bundle.invocationImages.map(
    (image, index) => [pointer("invocationImages", index), image] as const,
  );
  const component = Object.entries(bundle.images ?? {}).map(
    ([name, image]) => [pointer("images", name), image] as const,
  );
  return [...invocation, ...component].flatMap(([at, image]) => ofImage(at, image, isDistributed));
}

function ofImage(
  at: string,
  { image, contentDigest }: InvocationImage | ComponentImage,
  isDistributed: boolean,
): readonly Problem[] {
  const path = `${at}/contentDigest`;
  const hint = "Set it to the digest of the image's manifest in its registry, sha256:...";
  if (contentDigest === undefined) {
    const message = `The image "${image}" has no contentDigest, so nobody can verify it.`;
    return isDistributed ? [problem({ code: "digest", path, message, hint })] : [];
  }
  if (DIGEST.test(contentDigest)) return [];
  const message = `The contentDigest of the image "${image}" is no digest: found "${contentDigest}".`;
  return [problem({ code: "digest", path, message, hint })];
}
