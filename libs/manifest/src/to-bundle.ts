import type { Bundle } from "@gantry/cnab";
import { bundleCustom, requiredExtensions } from "./bundle-extensions.ts";
import { bundleOutputs, bundleParameters, type BundleParts } from "./bundle-parts.ts";
import { credentialDestination } from "./destination.ts";
import type { Manifest, ReferencedImage } from "./manifest.ts";

/** What a tool records in a bundle about how it was made (`custom["sh.porter"]`). */
export interface BundleStamp {
  /** Hex digest of everything the build depended on. */
  readonly manifestDigest: string;
  readonly mixins: Readonly<Record<string, { readonly version: string }>>;
  readonly version: string;
  readonly commit: string;
  readonly preserveTags?: boolean;
}

export interface BundleImage {
  /** A reference; with digest once the bundle is published. */
  readonly image: string;
  /** Digest of the image's manifest or index in its registry. */
  readonly contentDigest?: string;
  readonly stamp: BundleStamp;
}

/** The CNAB bundle that a manifest describes, as Porter lays it out. The manifest has to be valid. */
export function toBundle(manifest: Manifest, { image, contentDigest, stamp }: BundleImage): Bundle {
  const parts = mergeParts(bundleParameters(manifest), bundleOutputs(manifest));
  return {
    schemaVersion: "1.2.0",
    name: manifest.name,
    version: manifest.version,
    description: manifest.description ?? "",
    ...optional(
      "maintainers",
      manifest.maintainers.map((maintainer) => ({ ...maintainer })),
    ),
    invocationImages: [
      { imageType: "docker", image, ...(contentDigest === undefined ? {} : { contentDigest }) },
    ],
    ...optional("actions", bundleActions(manifest)),
    ...optional("credentials", bundleCredentials(manifest)),
    ...optional("images", bundleImages(manifest)),
    ...parts,
    requiredExtensions: requiredExtensions(manifest),
    custom: bundleCustom(manifest, stamp),
  };
}

function optional(name: keyof Bundle, value: object): Partial<Bundle> {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}

function mergeParts(left: BundleParts, right: BundleParts) {
  return {
    parameters: left.parameters ?? {},
    outputs: right.outputs ?? {},
    definitions: { ...left.definitions, ...right.definitions },
  };
}

function bundleActions({ customActions }: Manifest): NonNullable<Bundle["actions"]> {
  return Object.fromEntries([...customActions].map(([name, action]) => [name, { ...action }]));
}

function bundleCredentials({ credentials }: Manifest): NonNullable<Bundle["credentials"]> {
  return Object.fromEntries(
    credentials.map((item) => [
      item.name,
      {
        ...credentialDestination(item),
        required: item.required ?? true,
        ...(item.description === undefined ? {} : { description: item.description }),
        ...(item.applyTo === undefined ? {} : { applyTo: item.applyTo }),
      },
    ]),
  );
}

function bundleImages({ images }: Manifest): NonNullable<Bundle["images"]> {
  return Object.fromEntries(
    Object.entries(images).map(([alias, image]) => [alias, toComponent(image)]),
  );
}

function toComponent(image: ReferencedImage) {
  const { digest, size, labels, mediaType, description = "" } = image;
  return {
    description,
    imageType: image.imageType ?? "docker",
    image: imageReference(image),
    ...(digest === undefined ? {} : { contentDigest: digest }),
    ...(size === undefined ? {} : { size }),
    ...(labels === undefined ? {} : { labels }),
    ...(mediaType === undefined ? {} : { mediaType }),
  };
}

function imageReference({ repository, digest, tag = "latest" }: ReferencedImage): string {
  return digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
}
