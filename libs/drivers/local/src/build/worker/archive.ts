import { spawn } from "node:child_process";
import { createReadStream, openSync, readSync, closeSync } from "node:fs";
import { text } from "node:stream/consumers";
import { constants as zlib, gunzipSync, zstdDecompressSync } from "node:zlib";
import { isOciError, unpackLayer } from "@gantry/oci";
import { CopyError } from "../tree/copy.ts";
import type { Owner } from "../tree/owner.ts";

const HEAD_BYTES = 64 * 1024;
const BLOCK = 512;

/** Programs for the compressions that Node does not read. */
const PROGRAMS = [
  { program: "bzip2", magic: [0x42, 0x5a, 0x68] },
  { program: "xz", magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
] as const;

/** Whether a file is a tar, plain or compressed: what ADD unpacks. Told by its bytes, not by its name. */
export function isArchive(path: string): boolean {
  const head = readHead(path);
  if (programOf(head) !== undefined) return /\.(?:tar\.\w+|t[bx]z2?)$/.test(path);
  return hasTarHeader(inflate(head));
}

/** Unpacks an archive into a directory of the image; nothing of it gets outside. Throws `CopyError`. */
export async function unpackArchive(
  path: string,
  directory: string,
  owner: (own: Owner, path: string) => Owner,
): Promise<void> {
  try {
    await unpackLayer(open(path), directory, { owner });
  } catch (error) {
    if (!isOciError(error) || error.code === "no-space") throw error;
    throw new CopyError(`the archive cannot be unpacked: ${error.message}`);
  }
}

async function* open(path: string): AsyncGenerator<Uint8Array> {
  const program = programOf(readHead(path));
  if (program === undefined) {
    yield* createReadStream(path, { highWaterMark: 1 << 20 });
    return;
  }
  const child = spawn(program, ["-dc", path], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code) =>
      resolve(code === 0 ? undefined : `${program} ended with ${code}`),
    );
  });
  const said = text(child.stderr);
  yield* child.stdout;
  const failure = await ended;
  if (failure !== undefined)
    throw new CopyError(`${program} cannot read the archive: ${failure} ${await said}`.trim());
}

function programOf(head: Uint8Array): string | undefined {
  return PROGRAMS.find(({ magic }) => magic.every((byte, index) => head[index] === byte))?.program;
}

function readHead(path: string): Buffer {
  const buffer = Buffer.alloc(HEAD_BYTES);
  const file = openSync(path, "r");
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

function inflate(head: Buffer): Buffer {
  try {
    if (head[0] === 0x1f && head[1] === 0x8b)
      return gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH });
    if (head.readUInt32LE(0) === 0xfd2fb528)
      return zstdDecompressSync(head, { finishFlush: zlib.ZSTD_e_flush });
  } catch {
    // Too short or not what its first bytes claim: an ordinary file.
  }
  return head;
}

/** The checksum of the first block, and the mark that every tar since 1988 carries. */
function hasTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK || block.toString("latin1", 257, 262) !== "ustar") return false;
  const field = Number.parseInt(block.toString("latin1", 148, 156).replaceAll(/[\0 ]/g, ""), 8);
  let sum = 8 * 0x20;
  for (let index = 0; index < BLOCK; index++) {
    if (index < 148 || index >= 156) sum += block[index] ?? 0;
  }
  return sum === field;
}
