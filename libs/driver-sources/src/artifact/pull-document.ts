import { PackageError } from "@gantry/driver-package";
import { Manifest, parseReference, type RegistryClient } from "@gantry/oci";

export interface PullDocument {
  /** `registry/name:tag` */
  readonly reference: string;
  /** Of the layer that holds the document. */
  readonly mediaType: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The text of a document that was pushed as an artifact of one layer. Throws `not-found` when there is none of this type. */
export async function pullDocument(
  client: RegistryClient,
  { reference: text, mediaType, maxBytes, signal }: PullDocument,
): Promise<string> {
  const reference = parseReference(text);
  const { bytes } = await client.manifest(reference, { signal });
  const layers = layersOf(bytes);
  const layer = layers.find((one) => one.mediaType === mediaType);
  if (layer === undefined || layer.size > maxBytes) throw noDocument(text, mediaType);
  return readText(client.blob(reference, layer, { signal }));
}

/** Everything of a stream, as text. */
export async function readText(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** An OCI manifest out of a registry; `undefined` for bytes that are none. */
export function readArtifact(bytes: Uint8Array): Manifest | undefined {
  try {
    return Manifest.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8"))).data;
  } catch {
    return undefined;
  }
}

function layersOf(bytes: Uint8Array): Manifest["layers"] {
  return readArtifact(bytes)?.layers ?? [];
}

function noDocument(reference: string, mediaType: string): PackageError {
  return new PackageError("not-found", `There is no ${mediaType} in ${reference}.`, {
    hint: "Push it as an artifact with one layer of that type.",
  });
}
