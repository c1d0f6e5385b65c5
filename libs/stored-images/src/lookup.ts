import {
  type ContentStore,
  type Descriptor,
  hostPlatform,
  type Image as StoredImage,
  isOciError,
  parseReference,
  readImage,
} from "@gantry/oci";
import type { Image, ImageRef } from "@gantry/reports";
import { imageMismatch } from "./errors.ts";

/** How a person would name what is asked for. */
export function formatImageRef(ref: ImageRef): string {
  return ref.reference ?? ref.digest ?? ref.id ?? "without a name";
}

/** The image that `ref` means; `undefined` when the store does not hold it. Throws `image-mismatch` when its parts disagree. */
export async function findStored(
  store: ContentStore,
  ref: ImageRef,
): Promise<StoredImage | undefined> {
  const found = await findFirst(store, ref);
  if (found === undefined) return undefined;
  if (ref.digest !== undefined && !(await hasDigest(store, found, ref.digest))) {
    throw imageMismatch(`Image ${found.configDigest} is not ${ref.digest}.`);
  }
  return found;
}

async function findFirst(store: ContentStore, ref: ImageRef): Promise<StoredImage | undefined> {
  if (ref.id !== undefined) return findById(store, ref.id);
  if (ref.digest !== undefined) return findByDigest(store, ref.digest);
  if (ref.reference === undefined) return undefined;
  return findByName(store, ref.reference);
}

async function findByName(store: ContentStore, name: string): Promise<StoredImage | undefined> {
  const reference = parseReference(name);
  const found = await readHere(store, reference.normalized);
  return (
    found ?? (reference.digest === undefined ? undefined : findByDigest(store, reference.digest))
  );
}

async function findById(store: ContentStore, id: string): Promise<StoredImage | undefined> {
  for (const { descriptor } of await store.list()) {
    const image = await readHere(store, descriptor);
    if (image?.configDigest === id) return image;
  }
  return undefined;
}

async function findByDigest(store: ContentStore, digest: string): Promise<StoredImage | undefined> {
  for (const { descriptor } of await store.list()) {
    const image = await readHere(store, descriptor);
    if (descriptor.digest === digest || image?.manifestDigest === digest) return image;
  }
  return undefined;
}

/** Read for this machine; `undefined` when the store lacks it or a part of it. */
async function readHere(
  store: ContentStore,
  image: Descriptor | string,
): Promise<StoredImage | undefined> {
  try {
    return await readImage(store, image, hostPlatform());
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}

/** Whether the image has that manifest digest, or is in an index that has it. */
async function hasDigest(
  store: ContentStore,
  image: StoredImage,
  digest: string,
): Promise<boolean> {
  if (image.manifestDigest === digest) return true;
  return (await findByDigest(store, digest))?.configDigest === image.configDigest;
}

/** Names in the store that lead to the image. */
export async function namesOf(store: ContentStore, image: StoredImage): Promise<string[]> {
  const names: string[] = [];
  for (const { name, descriptor } of await store.list()) {
    if (name.startsWith("sha256:")) continue;
    const same =
      descriptor.digest === image.manifestDigest ||
      (await readHere(store, descriptor))?.configDigest === image.configDigest;
    if (same) names.push(name);
  }
  return names;
}

/** The image in the words of reports. */
export async function toImage(store: ContentStore, stored: StoredImage): Promise<Image> {
  const { config, manifest } = stored;
  const variant = config.variant === undefined ? {} : { variant: config.variant };
  const sizes = [manifest.config, ...manifest.layers].map(({ size }) => size);
  return {
    id: stored.configDigest,
    digest: stored.manifestDigest,
    references: (await namesOf(store, stored)).map((name) => familiar(name)),
    platform: { os: config.os, architecture: config.architecture, ...variant },
    size: sizes.reduce((sum, size) => sum + size, 0),
    user: config.config?.User ?? "",
    labels: { ...config.config?.Labels },
  };
}

function familiar(name: string): string {
  try {
    return parseReference(name).familiar;
  } catch {
    // Names of the store are free text.
    return name;
  }
}
