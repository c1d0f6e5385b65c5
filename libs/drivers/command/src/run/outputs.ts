import { constants } from "node:fs";
import { open, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { OutputPiece } from "@gantry/driver-api";

const PIECE = 1024 * 1024;

/**
 * Reads the regular files of `outputsDir` below `base`. Links are not followed, neither to files nor to directories.
 *
 * @yields the files sorted by path, in pieces
 */
export async function* readOutputs(base: string, outputsDir: string): AsyncGenerator<OutputPiece> {
  const root = join(await realpath(base).catch(() => base), outputsDir);
  const real = await realpath(root).catch(() => undefined);
  if (real !== root) return;
  for (const path of (await filesBelow(root, "")).toSorted()) yield* piecesOf(root, path);
}

async function filesBelow(root: string, dir: string): Promise<string[]> {
  const entries = await readdir(join(root, dir), { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(root, path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}

async function* piecesOf(root: string, path: string): AsyncGenerator<OutputPiece> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const opened = await open(join(root, path), flags).catch(() => undefined);
  if (opened === undefined) return;
  await using file = opened;
  const stat = await file.stat();
  if (!stat.isFile()) return;
  const about = { path, mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid };
  let left = stat.size;
  do {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(PIECE, left)));
    left = bytesRead === 0 ? 0 : left - bytesRead;
    yield { ...about, data: buffer.subarray(0, bytesRead), last: left === 0 };
  } while (left > 0);
}
