import { z } from "zod";
import { Platform } from "./platform.ts";

/** `sha256:` and 64 hex digits. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "expected sha256:<64 hex digits>");
export type Digest = z.infer<typeof Digest>;

/** An image as one engine holds it. */
export const Image = z.object({
  /** Digest of the image's configuration: the same in every engine that holds the image. */
  id: Digest,
  /** Digest of its manifest, as a registry serves it. Absent when the engine keeps no manifest (CNAB Core 101, contentDigest). */
  digest: Digest.exactOptional(),
  /** Names that lead to it in this engine. */
  references: z.array(z.string()),
  platform: Platform,
  /** Bytes on disk, as the engine counts them. */
  size: z.int().nonnegative(),
  /** `USER` of the image; empty for root. */
  user: z.string(),
  labels: z.record(z.string(), z.string()),
});
export type Image = z.infer<typeof Image>;

/** Which image is meant. The first of `id`, `digest`, `reference` that is present decides; the others must agree with it. */
export const ImageRef = z.object({
  id: Digest.exactOptional(),
  digest: Digest.exactOptional(),
  reference: z.string().min(1).exactOptional(),
});
export type ImageRef = z.infer<typeof ImageRef>;
