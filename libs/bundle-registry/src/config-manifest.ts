import { type Digest, mediaTypes } from "@gantry/oci";
import { goJson } from "./go-json.ts";
import { CONFIG_TYPE } from "./names.ts";

/** A document for a registry. */
export interface Document {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** How the bundle.json is wrapped: the first that a registry takes. Older registries know no types but Docker's. */
export const CONFIG_FORMS = ["cnab", "oci", "docker"] as const;
export type ConfigForm = (typeof CONFIG_FORMS)[number];

/** The media type under which a form names the bundle.json. */
const TYPES: Readonly<Record<ConfigForm, string>> = {
  cnab: CONFIG_TYPE,
  oci: mediaTypes.config,
  docker: mediaTypes.dockerConfig,
};

/** The manifest that names the bundle.json. */
export function configManifest(
  { digest, size }: { readonly digest: Digest; readonly size: number },
  form: ConfigForm = "cnab",
): Document {
  const mediaType = TYPES[form];
  if (form !== "docker") {
    const text = goJson({ schemaVersion: 2, config: { mediaType, digest, size }, layers: null });
    return { bytes: Buffer.from(text), mediaType: mediaTypes.manifest };
  }
  const config = { mediaType, size, digest };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.dockerManifest,
    config,
    layers: [config],
  };
  return {
    bytes: Buffer.from(JSON.stringify(manifest, undefined, 3)),
    mediaType: mediaTypes.dockerManifest,
  };
}
