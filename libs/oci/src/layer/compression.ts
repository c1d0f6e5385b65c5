import { pipeline, Readable, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { ByteSource } from "../digest.ts";
import { OciError } from "../errors.ts";

export type Compression = "none" | "gzip" | "zstd";

/** What the first bytes say; `none` for anything unknown. */
export function detectCompression(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return "zstd";
  return "none";
}

/**
 * Reads a layer whatever its compression; the media type is not trusted, the bytes are.
 * @yields the plain bytes
 */
export async function* decompress(source: ByteSource): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const head = await readHead(iterator);
  const whole = rejoin(head, iterator);
  const kind = detectCompression(head);
  if (kind === "none") yield* whole;
  else
    yield* through(whole, kind === "gzip" ? createGunzip(OPTIONS) : createZstdDecompress(OPTIONS));
}

const OPTIONS = { chunkSize: 1 << 18 };
const MAGIC_LENGTH = 4;

async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let length = 0; length < MAGIC_LENGTH; ) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    length += next.value.byteLength;
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

async function* rejoin(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (head.byteLength > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* through(source: ByteSource, codec: Transform): AsyncGenerator<Uint8Array> {
  // The outcome reaches the reader below as the codec's own error or end.
  pipeline(Readable.from(source, { objectMode: false }), codec, () => undefined);
  try {
    yield* codec;
  } catch (error) {
    throw isCodecError(error) ? damaged(error) : error;
  } finally {
    codec.destroy();
  }
}

function isCodecError(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && /^(Z_|ZSTD_|ERR_ZSTD)/.test(String(error.code))
  );
}

function damaged(cause: unknown): OciError {
  return new OciError("invalid-content", "The compressed bytes are damaged or cut short", {
    hint: "Fetch the layer again.",
    cause,
  });
}
