import { parseReference } from "@gantry/oci";
import { Digest, type Image, type ImageRef } from "@gantry/reports";
import { ImageAnswer, ImageList } from "../engine/answers.ts";
import { imageMismatch, isGone } from "../errors.ts";
import type { KnownDigests } from "./known-digests.ts";
import type { PodmanEngine } from "../engine/podman-engine.ts";

/** One Podman, and what is remembered of its images. */
export interface Shelf {
  readonly engine: PodmanEngine;
  readonly digests: KnownDigests;
}

/**
 * The image that `ref` means, if Podman holds it. The id decides, else the digest of the manifest, else the name;
 * a name beside an id or a digest is where to fetch it from, and may have moved on to another image.
 */
export async function findImage(
  shelf: Shelf,
  ref: ImageRef,
  signal: AbortSignal,
): Promise<ImageAnswer | undefined> {
  if (ref.id !== undefined) {
    const image = await inspectImage(shelf, ref.id.slice("sha256:".length), signal);
    if (image !== undefined) await checkDigest(shelf, image, ref);
    return image;
  }
  if (ref.digest !== undefined) return findByDigest(shelf, ref.digest, signal);
  return ref.reference === undefined ? undefined : findByName(shelf, ref.reference, signal);
}

/** For people and for messages. */
export function formatImageRef({ id, digest, reference }: ImageRef): string {
  if (reference !== undefined && digest !== undefined && id === undefined)
    return byDigest(reference, digest);
  return id ?? digest ?? reference ?? "(no image named)";
}

/** `repository@digest`: the image of that digest, wherever the tag of `reference` points. */
export function byDigest(reference: string, digest: string): string {
  return `${parseReference(reference).name}@${digest}`;
}

async function findByName(
  shelf: Shelf,
  reference: string,
  signal: AbortSignal,
): Promise<ImageAnswer | undefined> {
  const { normalized, registry, familiar, digest } = parseReference(reference);
  const named = await inspectImage(shelf, normalized, signal);
  if (named !== undefined || registry !== "docker.io" || digest !== undefined) return named;
  // What people name without a registry, Podman's own commands keep under `localhost`.
  return inspectImage(shelf, `localhost/${familiar}`, signal);
}

async function findByDigest(
  shelf: Shelf,
  digest: string,
  signal: AbortSignal,
): Promise<ImageAnswer | undefined> {
  const call = { method: "GET", path: "/images/json", query: { all: true }, signal } as const;
  const images = (await shelf.engine.json(call, ImageList)) ?? [];
  const holder = images.find(({ RepoDigests }) =>
    RepoDigests?.some((name) => name.endsWith(`@${digest}`)),
  );
  if (holder === undefined) return undefined;
  return inspectImage(shelf, holder.Id.replace(/^sha256:/u, ""), signal);
}

async function checkDigest(
  { digests }: Shelf,
  found: ImageAnswer,
  { digest }: ImageRef,
): Promise<void> {
  if (digest === undefined) return;
  const known = await digests.of(found.Id);
  // Of an image that no registry was seen to serve, the id alone says what is in it.
  if (known.length === 0 || known.includes(digest)) return;
  throw imageMismatch(`Image ${found.Id} has the digest ${known.join(", ")}, not ${digest}.`);
}

async function inspectImage(
  { engine }: Shelf,
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

/** The image in the contract's words. `ref` picks among several manifests' digests. */
export async function toImage(
  { digests }: Shelf,
  found: ImageAnswer,
  ref: ImageRef,
): Promise<Image> {
  const known = await digests.of(found.Id);
  const digest = known.find((one) => one === ref.digest) ?? known[0] ?? ref.digest;
  return {
    id: Digest.parse(`sha256:${found.Id}`),
    ...(digest !== undefined && { digest: Digest.parse(digest) }),
    references: (found.RepoTags ?? []).map((name) => parseReference(name).familiar),
    platform: { os: found.Os, architecture: found.Architecture },
    size: found.Size,
    user: found.Config?.User ?? "",
    labels: found.Labels ?? {},
  };
}
