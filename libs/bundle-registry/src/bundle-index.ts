import type { Bundle, ComponentImage, InvocationImage } from "@gantry/cnab";
import { type Descriptor, mediaTypes, OciError, parseReference } from "@gantry/oci";
import type { Document } from "./config-manifest.ts";
import { goJson, sorted } from "./go-json.ts";
import { ARTIFACT_TYPE, COMPONENT_NAME, MANIFEST_KIND, ON_INDEX } from "./names.ts";

/** What the index of a bundle is made of. */
export interface IndexParts {
  readonly bundle: Bundle;
  /** The manifest of the bundle.json, as it was pushed. */
  readonly config: Descriptor;
  /** Each image that the bundle names, to `REPOSITORY@DIGEST` in the index's own repository. */
  readonly relocation: Readonly<Record<string, string>>;
  /** The index as Docker's registries before OCI know it. */
  readonly form?: "oci" | "docker";
}

/** The index that stands for a bundle in a registry (CNAB 201). Throws `invalid-content` for an image without digest or size. */
export function bundleIndex({ bundle, config, relocation, form = "oci" }: IndexParts): Document {
  const manifests = [
    toEntry(config, { [MANIFEST_KIND]: "config" }),
    ...bundle.invocationImages.map((image) =>
      toEntry(descriptorOf(image, relocation), { [MANIFEST_KIND]: "invocation" }),
    ),
    ...Object.entries(sorted(bundle.images ?? {})).map(([name, image]) =>
      toEntry(descriptorOf(image, relocation), {
        [COMPONENT_NAME]: name,
        [MANIFEST_KIND]: "component",
      }),
    ),
  ];
  const mediaType = form === "oci" ? mediaTypes.index : mediaTypes.dockerList;
  const index = { schemaVersion: 2, manifests, annotations: annotationsOf(bundle) };
  const text = goJson(form === "oci" ? index : { ...index, mediaType });
  return { bytes: Buffer.from(text), mediaType };
}

function toEntry(
  { mediaType, digest, size }: Descriptor,
  annotations: Readonly<Record<string, string>>,
) {
  return { mediaType, digest, size, annotations: sorted(annotations) };
}

const ALLOWED: ReadonlySet<string> = new Set([
  mediaTypes.manifest,
  mediaTypes.index,
  mediaTypes.dockerManifest,
  mediaTypes.dockerList,
]);

function descriptorOf(
  { image, imageType, mediaType = typeFor(imageType), size }: InvocationImage | ComponentImage,
  relocation: IndexParts["relocation"],
): Descriptor {
  const moved = Object.hasOwn(relocation, image) ? relocation[image] : undefined;
  const digest = moved === undefined ? undefined : parseReference(moved).digest;
  if (digest === undefined) throw unfit(image, "is nowhere in the bundle's repository");
  if (size === undefined || size === 0) throw unfit(image, "has no size");
  if (!ALLOWED.has(mediaType)) throw unfit(image, `is of type ${mediaType}, which is no image`);
  return { mediaType, digest, size };
}

function typeFor(imageType: string | undefined): string {
  return imageType === "docker" ? mediaTypes.dockerManifest : mediaTypes.manifest;
}

function unfit(image: string, why: string): OciError {
  return new OciError("invalid-content", `The image ${image} of the bundle ${why}.`, {
    hint: "Push the image to the bundle's repository first, and record its digest and size in the bundle.",
  });
}

function annotationsOf(bundle: Bundle): Record<string, string> {
  const { maintainers, keywords } = bundle;
  return sorted({
    [ON_INDEX.runtimeVersion]: bundle.schemaVersion,
    [ON_INDEX.artifactType]: ARTIFACT_TYPE,
    [ON_INDEX.title]: bundle.name,
    [ON_INDEX.version]: bundle.version,
    [ON_INDEX.description]: bundle.description ?? "",
    ...(maintainers === undefined ? {} : { [ON_INDEX.authors]: goJson(maintainers.map(toAuthor)) }),
    ...(keywords === undefined ? {} : { [ON_INDEX.keywords]: goJson(keywords) }),
  });
}

function toAuthor({ name = "", email = "", url = "" }: NonNullable<Bundle["maintainers"]>[number]) {
  return { name, email, url };
}
