import { packEntries } from "../layer/pack.ts";
import type { TarEntry } from "../layer/tar.ts";
import { writeImage } from "../image/image.ts";
import { canonicalJson, type Descriptor, mediaTypes } from "../schemas.ts";
import type { ContentStore } from "../store/content-store.ts";

/** Puts an image of one layer for each list of entries into the store, without a name. */
export async function makeImage(
  store: ContentStore,
  layers: readonly (readonly TarEntry[])[],
  architecture = "amd64",
): Promise<Descriptor> {
  const descriptors: Descriptor[] = [];
  for (const entries of layers) {
    const content = await store.put(packEntries(entries));
    descriptors.push({ mediaType: mediaTypes.layer, ...content });
  }
  const diff_ids = descriptors.map((layer) => layer.digest);
  const config = {
    architecture,
    os: "linux",
    config: { Cmd: ["/hello"] },
    rootfs: { type: "layers" as const, diff_ids },
  };
  return writeImage(store, { config, layers: descriptors });
}

/** Puts an index of images into the store. */
export async function makeIndex(
  store: ContentStore,
  manifests: readonly Descriptor[],
): Promise<Descriptor> {
  const bytes = canonicalJson({ schemaVersion: 2, mediaType: mediaTypes.index, manifests });
  return store.putBytes(bytes, mediaTypes.index);
}

/** A file entry. */
export function file(name: string, text: string | Uint8Array, mode = 0o644): TarEntry {
  return { name, mode, body: Buffer.from(text) };
}
