import {
  closeSync,
  createReadStream,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";
import { type TarEntry, type TarEntryType, writeTar } from "./tar.ts";

/** Who owns a packed file. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface PackOptions {
  /** Times later than this (seconds since 1970, as SOURCE_DATE_EPOCH) become this. Default 0: every time is 0. */
  readonly epoch?: number;
  /** Maps the owner on disk to the owner in the layer; the path is relative. Default: as on disk. */
  readonly owner?: (disk: Owner, path: string) => Owner;
  /** Paths to leave out, with all below them. Relative, without a leading slash. */
  readonly skip?: (path: string) => boolean;
  /** Further paths that the layer deletes from those below it. */
  readonly whiteouts?: readonly string[];
  /** Directories that hide everything that lower layers have in them. */
  readonly opaque?: readonly string[];
  /** Directories in front of every name, such as `usr/local`; written as 0755 owned by 0:0. */
  readonly prefix?: string;
  readonly signal?: AbortSignal | undefined;
}

export const WHITEOUT = ".wh.";
export const OPAQUE = ".wh..wh..opq";

/**
 * Packs a directory as a layer: the same tree gives the same bytes. Entries are sorted; hard links, symlinks, devices
 * and modes are kept, sockets are not. A character device 0:0, which is how overlayfs marks a deletion in its upper
 * directory, becomes a whiteout. Extended attributes cannot be read in Node: file capabilities are lost, and
 * directories that overlayfs marks opaque must be named in `opaque`.
 */
export function packLayer(
  directory: string,
  options: PackOptions = {},
): AsyncGenerator<Uint8Array> {
  return writeTar(new TreeWalk(directory, options).entries());
}

/** Packs entries as a layer in the order given. For layers made in memory or of single files. */
export function packEntries(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
): AsyncGenerator<Uint8Array> {
  return writeTar(entries);
}

/** Below this a file is read at once: a stream costs more than the bytes. */
const SMALL = 1 << 18;
const READ_CHUNK = 1 << 20;

class TreeWalk {
  readonly #root: string;
  readonly #options: PackOptions;
  readonly #prefix: string;
  /** First name of each inode with several links. */
  readonly #inodes = new Map<string, string>();
  /** Names of further whiteouts and opaque marks, by the directory that holds them. */
  readonly #marks: Map<string, string[]>;

  constructor(root: string, options: PackOptions) {
    this.#root = root;
    this.#options = options;
    this.#prefix = trim(options.prefix ?? "");
    this.#marks = collectMarks(options);
  }

  *entries(): Generator<TarEntry> {
    const parts = this.#prefix.split("/").filter(Boolean);
    for (const [index] of parts.entries()) {
      yield { name: parts.slice(0, index + 1).join("/"), type: "directory" };
    }
    yield* this.#directory("");
    yield* this.#orphanMarks();
  }

  *#directory(path: string): Generator<TarEntry> {
    this.#options.signal?.throwIfAborted();
    const names = readdirSync(join(this.#root, path));
    const marks = this.#marks.get(path) ?? [];
    this.#marks.delete(path);
    const merged = [...new Set([...names, ...marks])].toSorted(compare);
    for (const name of merged) {
      const child = path === "" ? name : `${path}/${name}`;
      if (this.#options.skip?.(child) === true) continue;
      if (marks.includes(name)) yield this.#mark(child);
      else yield* this.#child(child);
    }
  }

  // Marks in directories that the tree does not have: the layer below does.
  *#orphanMarks(): Generator<TarEntry> {
    const left = [...this.#marks].flatMap(([parent, names]) =>
      names.map((name) => `${parent}/${name}`),
    );
    for (const path of left.map(trim).toSorted(compare)) yield this.#mark(path);
  }

  *#child(path: string): Generator<TarEntry> {
    const stats = lstatSync(join(this.#root, path));
    if (stats.isSocket()) return;
    if (stats.isCharacterDevice() && stats.rdev === 0) {
      yield this.#mark(whiteoutOf(path));
      return;
    }
    yield this.#entry(path, stats);
    if (stats.isDirectory()) yield* this.#directory(path);
  }

  #entry(path: string, stats: Stats): TarEntry {
    const header = { ...this.#common(path, stats), type: typeOf(stats), ...device(stats) };
    if (stats.isSymbolicLink())
      return { ...header, linkname: readlinkSync(join(this.#root, path)) };
    if (!stats.isFile()) return header;
    const first = this.#firstLink(path, stats);
    if (first !== undefined) return { ...header, type: "link", linkname: this.#name(first) };
    return { ...header, size: stats.size, body: this.#body(path, stats.size) };
  }

  #common(path: string, stats: Stats) {
    const disk = { uid: stats.uid, gid: stats.gid };
    const owner = this.#options.owner?.(disk, path) ?? disk;
    const mtime = Math.max(0, Math.min(Math.floor(stats.mtimeMs / 1000), this.#options.epoch ?? 0));
    return { name: this.#name(path), mode: stats.mode & 0o7777, ...owner, mtime };
  }

  #firstLink(path: string, stats: Stats): string | undefined {
    if (stats.nlink < 2) return undefined;
    const inode = `${stats.dev}:${stats.ino}`;
    const first = this.#inodes.get(inode);
    if (first === undefined) this.#inodes.set(inode, path);
    return first;
  }

  #body(path: string, size: number) {
    const file = join(this.#root, path);
    if (size > SMALL) return createReadStream(file, { highWaterMark: READ_CHUNK });
    return readSmall(file, size);
  }

  #mark(path: string): TarEntry {
    return { name: this.#name(path), mode: 0o600, size: 0 };
  }

  #name(path: string): string {
    return this.#prefix === "" ? path : `${this.#prefix}/${path}`;
  }
}

/** Reads exactly the bytes that the header announced, so that a growing file cannot shift the archive. */
function readSmall(path: string, size: number): Uint8Array {
  if (size === 0) return new Uint8Array(0);
  const buffer = Buffer.allocUnsafe(size);
  const file = openSync(path, "r");
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, size, 0));
  } finally {
    closeSync(file);
  }
}

function collectMarks(options: PackOptions): Map<string, string[]> {
  const paths = [
    ...(options.whiteouts ?? []).map((path) => whiteoutOf(trim(path))),
    ...(options.opaque ?? []).map((path) => trim(`${trim(path)}/${OPAQUE}`)),
  ];
  const marks = new Map<string, string[]>();
  for (const path of paths) {
    const cut = path.lastIndexOf("/");
    const parent = cut < 0 ? "" : path.slice(0, cut);
    marks.set(parent, [...(marks.get(parent) ?? []), path.slice(cut + 1)]);
  }
  return marks;
}

function whiteoutOf(path: string): string {
  const cut = path.lastIndexOf("/") + 1;
  return `${path.slice(0, cut)}${WHITEOUT}${path.slice(cut)}`;
}

function trim(path: string): string {
  return path.replaceAll(/^(?:\.?\/)+|\/+$/g, "");
}

function typeOf(stats: Stats): TarEntryType {
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "symlink";
  if (stats.isCharacterDevice()) return "character-device";
  if (stats.isBlockDevice()) return "block-device";
  return stats.isFIFO() ? "fifo" : "file";
}

/** Linux packs both numbers into one: the low bits of each first. */
function device(stats: Stats) {
  if (!stats.isCharacterDevice() && !stats.isBlockDevice()) return {};
  const high = Math.floor(stats.rdev / 2 ** 32);
  const low = stats.rdev >>> 0;
  return {
    devmajor: ((low >>> 8) & 0xfff) | (high & ~0xfff),
    devminor: (low & 0xff) | ((low >>> 12) & ~0xff),
  };
}

/** By code unit: the same order under every locale. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
