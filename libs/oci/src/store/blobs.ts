import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  assertContent,
  type ByteSource,
  type Content,
  type Digest,
  isDigest,
  Meter,
} from "../digest.ts";
import { fromDisk, OciError, systemCode } from "../errors.ts";
import { encodeHolder, selfHolder } from "./holder.ts";

export interface PutOptions {
  /** What the bytes must be: anything else is `digest-mismatch` and is not kept. */
  readonly expected?: Content | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes written so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

const READ_CHUNK = 1 << 20;
const WRITE_CHUNK = 1 << 18;

/** The files below `blobs/sha256`: each appears whole under its digest, or not at all. */
export class BlobFiles {
  readonly #blobs: string;
  readonly #drafts: string;

  constructor(blobs: string, drafts: string) {
    this.#blobs = blobs;
    this.#drafts = drafts;
  }

  path(digest: Digest): string {
    return join(this.#blobs, digest.slice("sha256:".length));
  }

  /** Bytes of the blob; `undefined` when absent. */
  async size(digest: Digest): Promise<number | undefined> {
    return (await stat(this.path(digest)).catch(missing))?.size;
  }

  /** Marks as used now; false when absent. */
  async touch(digest: Digest): Promise<boolean> {
    const now = new Date();
    return utimes(this.path(digest), now, now).then(
      () => true,
      (error: unknown) => missing(error) ?? false,
    );
  }

  /** Milliseconds of the last put or touch; `undefined` when absent. */
  async usedAt(digest: Digest): Promise<number | undefined> {
    return (await stat(this.path(digest)).catch(missing))?.mtimeMs;
  }

  async list(): Promise<Digest[]> {
    const names = (await readdir(this.#blobs).catch(missing)) ?? [];
    return names.map((name) => `sha256:${name}`).filter(isDigest);
  }

  async remove(digest: Digest): Promise<void> {
    await rm(this.path(digest), { force: true });
  }

  async bytes(digest: Digest): Promise<Uint8Array> {
    return readFile(this.path(digest)).catch((error: unknown) => {
      throw missing(error) ?? absent(digest);
    });
  }

  async *read(digest: Digest, start = 0): AsyncGenerator<Uint8Array> {
    try {
      yield* createReadStream(this.path(digest), { start, highWaterMark: READ_CHUNK });
    } catch (error) {
      throw systemCode(error) === "ENOENT" ? absent(digest) : error;
    }
  }

  async write(source: ByteSource, options: PutOptions): Promise<Content> {
    await mkdir(this.#drafts, { recursive: true });
    const draft = join(this.#drafts, `${encodeHolder(selfHolder())}_${randomUUID()}`);
    try {
      const content = await fill(draft, source, options);
      if (options.expected) assertContent(content, options.expected, "The content");
      await mkdir(this.#blobs, { recursive: true });
      await rename(draft, this.path(content.digest));
      await syncDirectory(this.#blobs);
      return content;
    } catch (error) {
      throw fromDisk(error, dirname(this.#blobs));
    } finally {
      await rm(draft, { force: true });
    }
  }
}

async function fill(draft: string, source: ByteSource, options: PutOptions): Promise<Content> {
  const meter = new Meter();
  const limit = options.expected?.size ?? Number.POSITIVE_INFINITY;
  await using file = await open(draft, "wx", 0o644);
  for await (const chunk of batches(source)) {
    options.signal?.throwIfAborted();
    meter.add(chunk);
    if (meter.size > limit) throw tooLong(limit);
    await writeAll(file, chunk);
    options.onProgress?.(meter.size);
  }
  await file.datasync();
  return meter.finish();
}

// Joins small chunks: the parts of an archive are often 512 bytes, and each write is a round trip.
async function* batches(source: ByteSource): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    held.push(chunk);
    size += chunk.byteLength;
    if (size < WRITE_CHUNK) continue;
    yield held.length === 1 ? chunk : Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength; ) {
    const { bytesWritten } = await file.write(chunk, offset);
    offset += bytesWritten;
  }
}

/** Makes a rename last through a power cut, where the system can say so. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, "r");
  await directory.sync().catch((error: unknown) => {
    if (systemCode(error) !== "EINVAL") throw error;
  });
}

function missing(error: unknown): undefined {
  if (systemCode(error) === "ENOENT") return undefined;
  throw error;
}

function absent(digest: Digest): OciError {
  return new OciError("not-found", `The content store has no blob ${digest}`, {
    hint: "Pull or build the image again.",
  });
}

function tooLong(limit: number): OciError {
  return new OciError(
    "digest-mismatch",
    `The content is longer than the ${limit} bytes announced`,
    {
      hint: "The source or the network changed the bytes; try again, and do not trust the source if it repeats.",
    },
  );
}
