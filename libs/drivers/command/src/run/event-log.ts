import { open } from "node:fs/promises";
import type { RunEvent } from "@gantry/driver-api";
import type { RunDirectory } from "./run-directory.ts";

const PIECE = 64 * 1024;
const NEWLINE = 10;

/** Where a reader stands: bytes read of each stream. */
export interface Place {
  readonly stdout: number;
  readonly stderr: number;
}

/** Reads a cursor; the start for none. */
export function toPlace(cursor: string | undefined): Place {
  const [, stdout = "0", stderr = "0"] = /^(\d+)\.(\d+)$/.exec(cursor ?? "") ?? [];
  return { stdout: Number(stdout), stderr: Number(stderr) };
}

/**
 * The next event after `place`; `undefined` when there is none yet. A text is whole lines, or a piece of a line over
 * 64 KiB; when the program `hasEnded` it may also be a last line without its newline.
 */
export async function nextEvent(
  directory: RunDirectory,
  place: Place,
  hasEnded: boolean,
): Promise<{ readonly place: Place; readonly event: RunEvent } | undefined> {
  for (const stream of ["stdout", "stderr"] as const) {
    const bytes = await readPiece(directory[stream], place[stream]);
    const length = lengthOfText(bytes, hasEnded);
    if (length === 0) continue;
    const next = { ...place, [stream]: place[stream] + length };
    const text = bytes.subarray(0, length).toString("utf8");
    const cursor = `${next.stdout}.${next.stderr}`;
    return { place: next, event: { cursor, event: { kind: "log", stream, text } } };
  }
  return undefined;
}

async function readPiece(path: string, from: number): Promise<Buffer> {
  await using file = await open(path, "r");
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE), 0, PIECE, from);
  return buffer.subarray(0, bytesRead);
}

function lengthOfText(bytes: Buffer, hasEnded: boolean): number {
  const lines = bytes.lastIndexOf(NEWLINE) + 1;
  if (lines > 0) return lines;
  if (bytes.length < PIECE) return hasEnded ? bytes.length : 0;
  return wholeCharacters(bytes);
}

/** Bytes up to a character that is cut off at the end, so that no reader sees half of one. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    const width = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    if (width > 0) return width > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
