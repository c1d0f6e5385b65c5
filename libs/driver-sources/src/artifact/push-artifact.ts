import { readFile } from "node:fs/promises";
import { type DriverManifest, formatSource } from "@gantry/driver-package";
import {
  type Descriptor,
  digestOf,
  mediaTypes,
  parseReference,
  type Reference,
  type RegistryClient,
} from "@gantry/oci";
import { DRIVER_TYPES } from "./media-types.ts";

export interface DriverArtifact {
  readonly manifest: DriverManifest;
  /** The gzipped tar. */
  readonly archive: string;
  /** The sigstore bundle about it. */
  readonly bundle?: string | undefined;
}

/** Publishes a driver under a tag; gives the source that names exactly this content. The same driver gives the same bytes. */
export async function pushArtifact(
  client: RegistryClient,
  artifact: DriverArtifact,
  { reference, signal }: { readonly reference: string; readonly signal: AbortSignal },
): Promise<string> {
  const target = parseReference(reference);
  const push = (mediaType: string, bytes: Buffer): Promise<Descriptor> =>
    pushBytes(client, target, { mediaType, bytes, signal });
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: DRIVER_TYPES.artifact,
    config: await push(DRIVER_TYPES.config, Buffer.from(JSON.stringify(artifact.manifest))),
    layers: [
      await push(DRIVER_TYPES.content, await readFile(artifact.archive)),
      ...(artifact.bundle === undefined
        ? []
        : [await push(DRIVER_TYPES.bundle, Buffer.from(artifact.bundle))]),
    ],
    annotations: annotationsOf(artifact),
  };
  const pushed = await client.pushManifest(
    target,
    { bytes: Buffer.from(JSON.stringify(manifest)), mediaType: mediaTypes.manifest },
    { signal },
  );
  return formatSource({ kind: "oci", reference: exact(target, pushed.digest) });
}

/** `registry/name:tag@digest`. */
export function exact({ name, tag }: Reference, digest: string): string {
  return `${name}${tag === undefined ? "" : `:${tag}`}@${digest}`;
}

function annotationsOf({ manifest }: DriverArtifact): Record<string, string> {
  return {
    "org.opencontainers.image.title": manifest.name,
    "org.opencontainers.image.version": manifest.version,
    "org.opencontainers.image.description": manifest.description,
  };
}

async function pushBytes(
  client: RegistryClient,
  target: Reference,
  part: { readonly mediaType: string; readonly bytes: Buffer; readonly signal: AbortSignal },
): Promise<Descriptor> {
  const { mediaType, bytes, signal } = part;
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.byteLength };
  const open = async function* (start: number) {
    yield bytes.subarray(start);
  };
  await client.pushBlob(target, { descriptor, open, signal });
  return descriptor;
}
