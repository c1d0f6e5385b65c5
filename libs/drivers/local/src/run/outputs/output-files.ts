import { constants, type Stats } from "node:fs";
import { access, type FileHandle, lstat, open, readdir } from "node:fs/promises";

/** A regular file below a directory. */
export interface FoundFile {
  /** Clean and relative. */
  readonly path: string;
  readonly mode: number;
  /** As on disk. */
  readonly uid: number;
  readonly gid: number;
}

const OPEN_DIR = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const OPEN_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const MAX_FILES = 100_000;

/** Node knows no `openat`: a descriptor's own path is one that nobody can replace by a link meanwhile. */
function inside(dir: FileHandle, name: string): string {
  return `/proc/self/fd/${dir.fd}/${name}`;
}

/** Thrown when something below the directory may not be read by this process. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** All regular files below `top`, sorted by path. Links, devices and names that are no plain UTF-8 text are left out. */
export async function findFiles(top: string): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  await using dir = await open(top, OPEN_DIR).catch(refuse);
  await walk(dir, "", files);
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(dir: FileHandle, prefix: string, files: FoundFile[]): Promise<void> {
  for (const name of await namesIn(dir)) {
    if (files.length >= MAX_FILES) return;
    const stats = await lstat(inside(dir, name)).catch(() => undefined);
    if (stats?.isDirectory()) await enter(dir, { name, prefix }, files);
    if (stats?.isFile()) await note(dir, { name, prefix, stats }, files);
  }
}

async function namesIn(dir: FileHandle): Promise<string[]> {
  const names = await readdir(inside(dir, ""), { encoding: "buffer" }).catch(refuse);
  return names.flatMap((bytes) => {
    const name = bytes.toString("utf8");
    return Buffer.from(name).equals(bytes) && !/\p{Cc}/u.test(name) ? [name] : [];
  });
}

async function enter(
  dir: FileHandle,
  at: { readonly name: string; readonly prefix: string },
  files: FoundFile[],
): Promise<void> {
  const opened = await open(inside(dir, at.name), OPEN_DIR).catch(absentOr(refuse));
  if (opened === undefined) return;
  await using below = opened;
  await walk(below, `${at.prefix}${at.name}/`, files);
}

async function note(
  dir: FileHandle,
  at: { readonly name: string; readonly prefix: string; readonly stats: Stats },
  files: FoundFile[],
): Promise<void> {
  await access(inside(dir, at.name), constants.R_OK).catch(absentOr(refuse));
  const { mode, uid, gid } = at.stats;
  files.push({ path: at.prefix + at.name, mode: mode & 0o7777, uid, gid });
}

function refuse(error: unknown): never {
  throw isCode(error, ["EACCES", "EPERM"]) ? new Unreadable() : error;
}

/** What went away or became a link since it was seen is left out. */
function absentOr(otherwise: (error: unknown) => never): (error: unknown) => undefined {
  return (error) => (isCode(error, ["ENOENT", "ENOTDIR", "ELOOP"]) ? undefined : otherwise(error));
}

function isCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Opens a file that {@link findFiles} found, following nothing; `undefined` when it is no regular file any more. */
export async function openFound(top: string, path: string): Promise<FileHandle | undefined> {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  await using held = new AsyncDisposableStack();
  let dir = held.use(await open(top, OPEN_DIR).catch(refuse));
  for (const part of parts) {
    const below = await open(inside(dir, part), OPEN_DIR).catch(absentOr(refuse));
    if (below === undefined) return undefined;
    dir = held.use(below);
  }
  const file = await open(inside(dir, name), OPEN_FILE).catch(absentOr(refuse));
  if (file === undefined) return undefined;
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}

/** The bytes of an open file in pieces of at most `size`; an empty file is one empty piece. */
export async function* pieces(
  file: FileHandle,
  size: number,
): AsyncGenerator<{ data: Uint8Array; last: boolean }> {
  let held = await fill(file, size);
  for (;;) {
    const next = held.length < size ? Buffer.alloc(0) : await fill(file, size);
    const last = next.length === 0;
    yield { data: held, last };
    if (last) return;
    held = next;
  }
}

async function fill(file: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(buffer, length, size - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
