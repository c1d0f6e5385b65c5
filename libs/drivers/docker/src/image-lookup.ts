import { parseReference } from "@gantry/oci";
import type { Image, ImageRef } from "@gantry/reports";
import { Digest } from "@gantry/reports";
import { ImageAnswer, ImagesAnswer } from "./answers.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { imageMismatch, isGone } from "./errors.ts";

/**
 * The image that `ref` means, if the engine holds it. The id decides, else the digest of the manifest, else the name;
 * a name beside an id or a digest is where to fetch it from, and may have moved on to another image.
 */
export async function findImage(
  engine: DockerEngine,
  ref: ImageRef,
  signal: AbortSignal,
): Promise<ImageAnswer | undefined> {
  if (ref.id !== undefined) {
    const image = await inspectImage(engine, ref.id, signal);
    if (image !== undefined) checkDigest(image, ref);
    return image;
  }
  if (ref.digest !== undefined) return findByDigest(engine, ref.digest, { ref, signal });
  return ref.reference === undefined ? undefined : inspectImage(engine, ref.reference, signal);
}

/** For people and for messages. */
export function formatImageRef({ id, digest, reference }: ImageRef): string {
  if (reference !== undefined && digest !== undefined && id === undefined)
    return byDigest(reference, digest);
  return id ?? digest ?? reference ?? "(no image named)";
}

/** `repository@digest`: the image of that digest, wherever the tag of `reference` points. */
export function byDigest(reference: string, digest: string): string {
  const { registry, familiar, name } = parseReference(reference);
  const repository = registry === "docker.io" ? familiar.replace(/[:@].*$/u, "") : name;
  return `${repository}@${digest}`;
}

async function findByDigest(
  engine: DockerEngine,
  digest: Digest,
  { ref, signal }: { readonly ref: ImageRef; readonly signal: AbortSignal },
): Promise<ImageAnswer | undefined> {
  if (ref.reference !== undefined) {
    const named = await inspectImage(engine, byDigest(ref.reference, digest), signal);
    if (named !== undefined) return named;
  }
  // The same manifest under another name is the same image: a digest says what is in it.
  const images = await engine.json({ method: "GET", path: "/images/json", signal }, ImagesAnswer);
  const holder = images.find(({ RepoDigests }) =>
    RepoDigests?.some((name) => name.endsWith(`@${digest}`)),
  );
  return holder === undefined ? undefined : inspectImage(engine, holder.Id, signal);
}

function checkDigest(image: ImageAnswer, { digest }: ImageRef): void {
  const known = image.RepoDigests ?? [];
  // An image that was built here has no manifest yet: its id alone says what is in it.
  if (digest === undefined || known.length === 0) return;
  if (known.some((name) => name.endsWith(`@${digest}`))) return;
  throw imageMismatch(`Image ${image.Id} has the digest ${known.join(", ")}, not ${digest}.`);
}

async function inspectImage(
  engine: DockerEngine,
  name: string,
  signal: AbortSignal,
): Promise<ImageAnswer | undefined> {
  try {
    return await engine.json({ method: "GET", path: `/images/${name}/json`, signal }, ImageAnswer);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The image in the contract's words. `wanted` picks among several manifests' digests. */
export function toImage(answer: ImageAnswer, wanted?: ImageRef): Image {
  const digests = (answer.RepoDigests ?? []).map((name) => name.slice(name.indexOf("@") + 1));
  const digest = digests.find((one) => one === wanted?.digest) ?? digests[0];
  const { Os: os, Architecture: architecture, Variant: variant } = answer;
  return {
    id: Digest.parse(answer.Id),
    ...(digest !== undefined && { digest: Digest.parse(digest) }),
    references: (answer.RepoTags ?? []).filter((name) => name !== "<none>:<none>"),
    platform: { os, architecture, ...(variant && { variant }) },
    size: answer.Size,
    user: answer.Config?.User ?? "",
    labels: answer.Config?.Labels ?? {},
  };
}
