import { z } from "zod";
import { type Digest, isDigest } from "./digest.ts";
import { OciError } from "./errors.ts";

/** Media types of manifests, configs and layers, of OCI and of Docker. */
export const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  layerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  layerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar",
  dockerLayerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

const digest = z.custom<Digest>((value) => typeof value === "string" && isDigest(value), {
  error: "expected sha256:<64 hex digits>",
});

const annotations = z.record(z.string(), z.string());

const platform = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
  "os.version": z.string().optional(),
  "os.features": z.array(z.string()).optional(),
});

/** A pointer to content (image-spec descriptor.md). Unknown fields are kept. */
export const Descriptor = z.looseObject({
  mediaType: z.string(),
  digest,
  /** Bytes. */
  size: z.int().nonnegative(),
  urls: z.array(z.string()).optional(),
  annotations: annotations.optional(),
  artifactType: z.string().optional(),
  platform: platform.optional(),
});
export type Descriptor = z.infer<typeof Descriptor>;

/** An image manifest (image-spec manifest.md; Docker schema 2). CNAB writers put `layers: null`. */
export const Manifest = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: Descriptor,
  layers: z
    .array(Descriptor)
    .nullish()
    .transform((layers) => layers ?? []),
  annotations: annotations.optional(),
  subject: Descriptor.optional(),
});
export type Manifest = z.infer<typeof Manifest>;

/** An image index or Docker manifest list (image-spec image-index.md). */
export const Index = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  manifests: z.array(Descriptor),
  annotations: annotations.optional(),
});
export type Index = z.infer<typeof Index>;

const empties = z.record(z.string(), z.looseObject({}));

/** What an image says about its process (image-spec config.md, with Docker's additions). */
const Execution = z.looseObject({
  User: z.string().nullish(),
  ExposedPorts: empties.nullish(),
  Env: z.array(z.string()).nullish(),
  Entrypoint: z.array(z.string()).nullish(),
  Cmd: z.array(z.string()).nullish(),
  Volumes: empties.nullish(),
  WorkingDir: z.string().nullish(),
  Labels: annotations.nullish(),
  StopSignal: z.string().nullish(),
  Shell: z.array(z.string()).nullish(),
  OnBuild: z.array(z.string()).nullish(),
});

/** An image configuration (image-spec config.md). Unknown fields are kept. */
export const ImageConfig = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
  created: z.string().nullish(),
  author: z.string().nullish(),
  config: Execution.nullish(),
  rootfs: z.looseObject({
    type: z.literal("layers"),
    diff_ids: z
      .array(digest)
      .nullish()
      .transform((ids) => ids ?? []),
  }),
  history: z.array(z.looseObject({ empty_layer: z.boolean().optional() })).nullish(),
});
export type ImageConfig = z.infer<typeof ImageConfig>;

const MANIFESTS: ReadonlySet<string> = new Set([mediaTypes.manifest, mediaTypes.dockerManifest]);
const INDEXES: ReadonlySet<string> = new Set([mediaTypes.index, mediaTypes.dockerList]);

/** True for the media types of an image manifest. */
export function isManifestType(mediaType: string): boolean {
  return MANIFESTS.has(mediaType);
}

/** True for the media types of an index or manifest list. */
export function isIndexType(mediaType: string): boolean {
  return INDEXES.has(mediaType);
}

/** Parses JSON bytes by a schema; throws `invalid-content` naming `subject` and the first wrong field. */
export function parseJson<Value>(
  schema: z.ZodType<Value>,
  bytes: Uint8Array,
  subject: string,
): Value {
  const result = schema.safeParse(toJson(bytes, subject));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.map(String).join(".") ?? "";
  throw new OciError(
    "invalid-content",
    `${subject} is not valid: ${field} ${issue?.message ?? ""}`.trim(),
    {
      hint: "The image or archive was written wrongly; fetch or build it again.",
    },
  );
}

function toJson(bytes: Uint8Array, subject: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new OciError("invalid-content", `${subject} is not JSON`, {
      hint: "The image or archive is damaged; fetch or build it again.",
      cause,
    });
  }
}

/** JSON with sorted keys and no white space: the same value gives the same bytes on every machine. */
export function canonicalJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(sorted(value)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
