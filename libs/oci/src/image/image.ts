import type { Digest } from "../digest.ts";
import { OciError } from "../errors.ts";
import { formatPlatform, type Platform, selectPlatform } from "../platform.ts";
import {
  canonicalJson,
  type Descriptor,
  ImageConfig,
  Index,
  isIndexType,
  isManifestType,
  Manifest,
  mediaTypes,
  parseJson,
} from "../schemas.ts";
import type { ContentStore } from "../store/content-store.ts";

/** A layer of an image: where its bytes are and what they are unpacked. */
export interface ImageLayer {
  readonly descriptor: Descriptor;
  /** Digest of the plain tar. */
  readonly diffId: Digest;
}

/** One image for one platform, read from the store. */
export interface Image {
  readonly descriptor: Descriptor;
  readonly manifestDigest: Digest;
  /** What Docker calls the image id. */
  readonly configDigest: Digest;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** Lowest first. */
  readonly layers: readonly ImageLayer[];
}

/**
 * Reads an image of the store, by descriptor or by a name of the store. Of an index it takes the manifest that fits
 * `platform` best (`no-platform` when none does); without `platform` an index must have just one image.
 */
export async function readImage(
  store: ContentStore,
  image: Descriptor | string,
  platform?: Platform,
): Promise<Image> {
  const descriptor = await selectManifest(store, await findImage(store, image), platform);
  const manifest = parseJson(
    Manifest,
    await store.bytes(descriptor.digest),
    `Manifest ${descriptor.digest}`,
  );
  const bytes = await store.bytes(manifest.config.digest);
  const config = parseJson(ImageConfig, bytes, `Image configuration ${manifest.config.digest}`);
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== manifest.layers.length)
    throw uneven(descriptor, manifest.layers.length, diffIds.length);
  const layers = manifest.layers.flatMap((layer, index) => {
    const diffId = diffIds[index];
    return diffId === undefined ? [] : [{ descriptor: layer, diffId }];
  });
  return {
    descriptor,
    manifestDigest: descriptor.digest,
    configDigest: manifest.config.digest,
    manifest,
    config,
    layers,
  };
}

export interface ImageParts {
  /** Written as canonical JSON; or the bytes of a configuration, kept as they are. */
  readonly config: ImageConfig | Uint8Array;
  /** Descriptors of layers that are in the store, lowest first; one for each diff id of the configuration. */
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Writes configuration and manifest; the same parts give the same digests. Does not name the image. */
export async function writeImage(store: ContentStore, parts: ImageParts): Promise<Descriptor> {
  const bytes = parts.config instanceof Uint8Array ? parts.config : canonicalJson(parts.config);
  const config = parseJson(ImageConfig, bytes, "The image configuration");
  const subject = { mediaType: mediaTypes.manifest, digest: "of the new image" };
  const count = config.rootfs.diff_ids.length;
  if (count !== parts.layers.length) throw uneven(subject, parts.layers.length, count);
  for (const layer of parts.layers) {
    if (!(await store.retain(layer.digest))) throw missingLayer(layer.digest);
  }
  const manifest = canonicalJson({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: await store.putBytes(bytes, mediaTypes.config),
    layers: parts.layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
    annotations: parts.annotations,
  });
  const descriptor = await store.putBytes(manifest, mediaTypes.manifest);
  const { os, architecture, variant } = config;
  return {
    ...descriptor,
    platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
  };
}

/** Follows indexes down to the manifest that fits `platform`. */
export async function selectManifest(
  store: ContentStore,
  descriptor: Descriptor,
  platform: Platform | undefined,
): Promise<Descriptor> {
  if (isManifestType(descriptor.mediaType)) return descriptor;
  if (!isIndexType(descriptor.mediaType)) throw notImage(descriptor);
  const index = parseJson(
    Index,
    await store.bytes(descriptor.digest),
    `Index ${descriptor.digest}`,
  );
  return selectManifest(store, chooseFrom(index, platform, descriptor.digest), platform);
}

/** The entry of an index that fits `platform`; `no-platform` names what there is. */
export function chooseFrom(
  index: Index,
  platform: Platform | undefined,
  subject: string,
): Descriptor {
  const images = index.manifests.filter((entry) => !isAttestation(entry));
  const [only] = images;
  if (images.length === 1 && only && (platform === undefined || only.platform === undefined))
    return only;
  const found = platform && selectPlatform(images, platform);
  if (found !== undefined) return found;
  const offered = images.flatMap((entry) =>
    entry.platform ? [formatPlatform(entry.platform)] : [],
  );
  const wanted =
    platform === undefined ? "one platform, and none was asked for" : formatPlatform(platform);
  throw new OciError(
    "no-platform",
    `Image index ${subject} has ${offered.join(", ") || "no images"}; wanted ${wanted}`,
    {
      hint: "Ask for one of these platforms, or use another image.",
    },
  );
}

/** Build tools put proofs beside images in an index, for a platform that does not exist. */
function isAttestation(entry: Descriptor): boolean {
  return (
    entry.platform?.os === "unknown" ||
    entry.annotations?.["vnd.docker.reference.type"] !== undefined
  );
}

/** What `image` is; `not-found` when the store does not know the name. */
export async function findImage(
  store: ContentStore,
  image: Descriptor | string,
): Promise<Descriptor> {
  if (typeof image !== "string") return image;
  const descriptor = await store.resolve(image);
  if (descriptor !== undefined) return descriptor;
  throw new OciError("not-found", `The content store has no image ${image}`, {
    hint: "Pull or build it first.",
  });
}

function uneven(subject: { readonly digest: string }, layers: number, diffIds: number): OciError {
  return new OciError(
    "invalid-content",
    `Image ${subject.digest} has ${layers} layers but ${diffIds} diff ids`,
    {
      hint: "The image was written wrongly; build or fetch it again.",
    },
  );
}

function missingLayer(digest: Digest): OciError {
  return new OciError("not-found", `The content store has no layer ${digest}`, {
    hint: "Put every layer into the store before the image.",
  });
}

function notImage(descriptor: Descriptor): OciError {
  return new OciError(
    "unsupported",
    `${descriptor.digest} is of type ${descriptor.mediaType}, which is no image`,
    {
      hint: "Name an image manifest or an image index.",
    },
  );
}
