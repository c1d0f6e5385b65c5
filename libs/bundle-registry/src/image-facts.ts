import {
  Descriptor,
  formatPlatform,
  ImageConfig,
  isOciError,
  parseJson,
  parseReference,
  type RegistryClient,
} from "@gantry/oci";
import { z } from "zod";
import { type DocumentPlace, Documents } from "./documents.ts";

/** What an image says of itself. Empty: it cannot be asked now. */
export interface ImageFacts {
  /** `os/architecture[/variant]` */
  readonly platform?: string;
  /** `USER`; empty for root. */
  readonly user?: string;
  /** Of an image with several platforms: each, to the digest of its manifest. */
  readonly variants?: Readonly<Record<string, string>>;
}

/** A manifest or an index. */
const Either = z.looseObject({
  config: Descriptor.optional(),
  manifests: z.array(Descriptor).default([]),
});

/** Reads the configuration of an image, `REPOSITORY@DIGEST`; nothing of its layers is fetched. */
export async function imageFacts(
  client: RegistryClient,
  image: string,
  place: Omit<DocumentPlace, "reference">,
): Promise<ImageFacts> {
  const reference = parseReference(image);
  const { digest } = reference;
  if (digest === undefined) return {};
  const documents = new Documents(client, { ...place, reference });
  try {
    const bytes = await documents.manifest({ digest });
    const { manifests, config: named } = parseJson(Either, bytes, image);
    if (named === undefined) return { variants: variantsOf(manifests) };
    const config = parseJson(ImageConfig, await documents.blob(named), image);
    return { platform: formatted(config), user: config.config?.User ?? "" };
  } catch (error) {
    // The engine may have the image although its registry is away.
    if (isOciError(error, "unreachable")) return {};
    throw error;
  }
}

/** Build tools put proofs beside images, for a platform that does not exist. */
function variantsOf(manifests: readonly Descriptor[]): Record<string, string> {
  const images = manifests.flatMap(({ platform, digest }) =>
    platform === undefined || platform.os === "unknown" ? [] : [[formatted(platform), digest]],
  );
  return Object.fromEntries(images);
}

type Described = Pick<ImageConfig, "os" | "architecture" | "variant">;

function formatted({ os, architecture, variant }: Described): string {
  return formatPlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}
