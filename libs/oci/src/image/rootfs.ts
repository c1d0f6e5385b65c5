import type { Digest } from "../digest.ts";
import { OciError } from "../errors.ts";
import { packLayer, type PackOptions } from "../layer/pack.ts";
import { unpackLayer, type UnpackOptions } from "../layer/unpack.ts";
import { type Descriptor, mediaTypes } from "../schemas.ts";
import type { ContentStore } from "../store/content-store.ts";
import type { Image, ImageLayer } from "./image.ts";

/** Packs `directory` (see `packLayer`) into the store as a plain layer. Hold a lease of the store. */
export async function storeLayer(
  store: ContentStore,
  directory: string,
  options: PackOptions = {},
): Promise<ImageLayer> {
  const content = await store.put(packLayer(directory, options), { signal: options.signal });
  return { descriptor: { mediaType: mediaTypes.layer, ...content }, diffId: content.digest };
}

/**
 * Unpacks all layers of an image, lowest first, into one directory. Each is checked against its diff id; after an
 * error remove the directory.
 */
export async function unpackImage(
  store: ContentStore,
  image: Pick<Image, "layers">,
  options: UnpackOptions & { readonly directory: string },
): Promise<{ readonly skipped: readonly string[] }> {
  const skipped: string[] = [];
  for (const layer of image.layers) {
    const unpacked = await unpackLayer(
      store.read(layer.descriptor.digest),
      options.directory,
      options,
    );
    if (unpacked.content.digest !== layer.diffId) throw wrongLayer(layer.descriptor, layer.diffId);
    skipped.push(...unpacked.skipped);
  }
  return { skipped };
}

function wrongLayer(descriptor: Descriptor, diffId: Digest): OciError {
  return new OciError(
    "digest-mismatch",
    `Layer ${descriptor.digest} does not unpack to ${diffId}`,
    {
      hint: "The image was written wrongly; build or fetch it again.",
    },
  );
}
