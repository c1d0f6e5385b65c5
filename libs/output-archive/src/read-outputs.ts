import { posix } from "node:path";
import type { Readable } from "node:stream";
import type { OutputPiece } from "@gantry/driver-api";
import { type Extract, extract, type Header } from "tar-stream";
import { garbled } from "./errors.ts";

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

const MAX_PIECE = 1024 * 1024;

/** Fetches the file at a path below the outputs directory, as an archive of that one file. */
export type FetchFile = (path: string) => Promise<Readable>;

/**
 * The regular files in an archive of the outputs directory, as a stream: nothing is kept in memory or on disk. A
 * second name of one file comes in the archive as a link, so its bytes are fetched by that name.
 */
export async function* readOutputs(
  archive: Readable,
  fetchFile: FetchFile,
): AsyncGenerator<OutputPiece> {
  for await (const entry of entriesOf(archive)) {
    const path = outputPath(entry.header.name);
    if (path !== undefined && entry.header.type === "file")
      yield* piecesOf(path, entry.header, entry);
    else if (path !== undefined && entry.header.type === "link") yield* linked(path, fetchFile);
    else entry.resume();
  }
}

async function* linked(path: string, fetchFile: FetchFile): AsyncGenerator<OutputPiece> {
  for await (const entry of entriesOf(await fetchFile(path))) {
    if (entry.header.type === "file") yield* piecesOf(path, entry.header, entry);
    else entry.resume();
  }
}

async function* entriesOf(archive: Readable): AsyncGenerator<Entry> {
  const entries = extract();
  archive.on("error", (error) => entries.destroy(error));
  try {
    yield* archive.pipe(entries);
  } finally {
    archive.destroy();
  }
}

/** The path below the directory, whose own name comes first in every entry; `undefined` for the directory itself. */
function outputPath(name: string): string | undefined {
  const clean = name.replace(/\/$/u, "");
  const isHostile =
    posix.isAbsolute(clean) || clean.includes("\0") || posix.normalize(clean) !== clean;
  if (isHostile || clean === ".." || clean.startsWith("../")) {
    throw garbled(`name in an archive of outputs: ${JSON.stringify(name)}`);
  }
  const slash = clean.indexOf("/");
  return slash === -1 ? undefined : clean.slice(slash + 1);
}

async function* piecesOf(
  path: string,
  header: Header,
  content: Entry,
): AsyncGenerator<OutputPiece> {
  const { mode, uid, gid } = header;
  const piece = (data: Uint8Array, last: boolean): OutputPiece => ({
    path,
    mode: mode & 0o7777,
    uid,
    gid,
    data,
    last,
  });
  let held: Buffer = Buffer.alloc(0);
  for await (const part of content) {
    const chunk = toBuffer(part);
    if (held.length + chunk.length > MAX_PIECE) {
      yield piece(held, false);
      held = Buffer.alloc(0);
    }
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
  }
  yield piece(held, true);
}

function toBuffer(part: unknown): Buffer {
  if (part instanceof Buffer) return part;
  throw garbled("archive");
}
