import { createHash, type Hash } from "node:crypto";
import { OciError } from "./errors.ts";

/** A content digest. SHA-256 is the one algorithm of images in use; others are `unsupported`. */
export type Digest = `sha256:${string}`;

/** Bytes in order, read once. Every Node `Readable` of buffers is one. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** How many bytes, and which. */
export interface Content {
  readonly digest: Digest;
  readonly size: number;
}

const SHAPE = /^sha256:[a-f0-9]{64}$/;

/** True when `text` is a SHA-256 digest in its only legal spelling. */
export function isDigest(text: string): text is Digest {
  return SHAPE.test(text);
}

/** Reads a digest; throws `unsupported` for another algorithm, `invalid-reference` for garbage. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  const other = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(text);
  const known = other && !text.startsWith("sha256:");
  throw new OciError(
    known ? "unsupported" : "invalid-reference",
    `Expected a digest like sha256:<64 hex digits>, got ${JSON.stringify(text)}`,
    { hint: "Use the sha256 digest of the image." },
  );
}

/** The digest of bytes in memory. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Counts and hashes bytes that pass. */
export class Meter {
  readonly #hash: Hash = createHash("sha256");
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    this.#hash.update(chunk);
  }

  /** What passed. Call once, at the end. */
  finish(): Content {
    return { digest: `sha256:${this.#hash.digest("hex")}`, size: this.#size };
  }
}

/** Throws `digest-mismatch` unless `actual` is `expected`, naming `subject`. */
export function assertContent(actual: Content, expected: Content, subject: string): void {
  if (actual.digest === expected.digest && actual.size === expected.size) return;
  throw new OciError(
    "digest-mismatch",
    `${subject} should be ${expected.digest} (${expected.size} bytes), got ${actual.digest} (${actual.size} bytes)`,
    {
      hint: "The source or the network changed the bytes; try again, and do not trust the source if it repeats.",
    },
  );
}
