import { DriverError } from "@gantry/driver-api";
import { chainIds, parseDigest, parseReference } from "@gantry/oci";
import type { Image, ImageRef } from "@gantry/reports";
import { Digest } from "@gantry/reports";
import { z } from "zod";
import type { BuildxEngine } from "../buildx-engine.ts";
import { garbled } from "../errors.ts";

/** What is used of `docker image inspect`. */
const Inspected = z.object({
  Id: Digest,
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Os: z.string(),
  Architecture: z.string(),
  Variant: z.string().nullish(),
  Size: z.int().nonnegative(),
  Config: z
    .object({
      User: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }).nullish(),
});
type Inspected = z.output<typeof Inspected>;

/** Enough to know the layers of nearly every base image at hand; the rest is sent again. */
const MAX_IMAGES = 200;

/** For people and for messages. */
export function nameFor({ id, digest, reference }: ImageRef): string {
  return reference ?? id ?? digest ?? "(no image named)";
}

/** The image that `ref` means, if the engine holds it: the id decides, else the digest of the manifest, else the name. */
export async function findInEngine(
  engine: BuildxEngine,
  ref: ImageRef,
  signal: AbortSignal,
): Promise<Inspected | undefined> {
  if (ref.id !== undefined) return (await inspect(engine, [ref.id], signal))[0];
  if (ref.digest !== undefined) {
    const all = await inspect(engine, await ids(engine, signal), signal);
    return all.find(({ RepoDigests }) =>
      RepoDigests?.some((name) => name.endsWith(`@${ref.digest}`)),
    );
  }
  if (ref.reference === undefined) return undefined;
  return (await inspect(engine, [parseReference(ref.reference).familiar], signal))[0];
}

/** The chain ids of all layers that the engine's images have. */
export async function chainsOf(engine: BuildxEngine, signal: AbortSignal): Promise<string[]> {
  const all = await inspect(engine, (await ids(engine, signal)).slice(0, MAX_IMAGES), signal);
  return all.flatMap(({ RootFS }) => chainIds((RootFS?.Layers ?? []).map(parseDigest)));
}

async function ids(engine: BuildxEngine, signal: AbortSignal): Promise<string[]> {
  const args = ["image", "ls", "--quiet", "--no-trunc"];
  const text = await engine.docker({ args, signal });
  return [...new Set(text.split("\n").filter((line) => line !== ""))];
}

async function inspect(
  engine: BuildxEngine,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Inspected[]> {
  if (names.length === 0) return [];
  try {
    const text = await engine.docker({ args: ["image", "inspect", ...names], signal });
    return parse(text);
  } catch (error) {
    if (error instanceof DriverError && error.code === "image-not-found") return [];
    throw error;
  }
}

function parse(text: string): Inspected[] {
  try {
    return z.array(Inspected).parse(JSON.parse(text));
  } catch (cause) {
    throw garbled("answer of docker image inspect", cause);
  }
}

/** The image in the contract's words. */
export function toImage(found: Inspected): Image {
  const [digest] = (found.RepoDigests ?? []).map((name) => name.slice(name.indexOf("@") + 1));
  const { Os: os, Architecture: architecture, Variant: variant } = found;
  return {
    id: found.Id,
    ...(digest !== undefined && { digest: Digest.parse(digest) }),
    references: (found.RepoTags ?? []).filter((name) => name !== "<none>:<none>"),
    platform: { os, architecture, ...(variant && { variant }) },
    size: found.Size,
    user: found.Config?.User ?? "",
    labels: found.Config?.Labels ?? {},
  };
}
