import { chainIds, type ImageLayer, mediaTypes } from "@gantry/oci";

/** What names the content of these layers together: a chain id, or `scratch` for none. */
export function chainOf(layers: readonly ImageLayer[]): string {
  return chainIds(layers.map((layer) => layer.diffId)).at(-1) ?? "scratch";
}

/** One plain layer more. */
export function appendLayer(
  layers: readonly ImageLayer[],
  layer: { readonly digest: ImageLayer["diffId"]; readonly size: number },
): ImageLayer[] {
  const { digest, size } = layer;
  return [...layers, { descriptor: { mediaType: mediaTypes.layer, digest, size }, diffId: digest }];
}
