import type { BigIntStats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";

/** One entry of a directory that BuildKit may ask for. */
export interface SourceEntry {
  /** Relative, with `/`. */
  readonly path: string;
  /** Type and permissions as Go's `os.FileMode` has them. */
  readonly mode: number;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modifiedNs: number;
  readonly link?: string;
  /** Where the bytes of a regular file are. */
  readonly source?: string | Buffer;
}

const GO_DIRECTORY = 2 ** 31;
const GO_SYMLINK = 2 ** 27;
const GO_SPECIAL = [
  [0o4000n, 2 ** 23],
  [0o2000n, 2 ** 22],
  [0o1000n, 2 ** 20],
] as const;

/** Decides by path whether a file belongs to the build. */
export type Filter = (path: string) => boolean;

/** The files of a build context: everything that `.dockerignore` lets through, in the order of their paths. */
export class ContextFiles {
  readonly #root: string;
  readonly #isIgnored: Filter;
  readonly #hasExceptions: boolean;

  /** `ignore` is the text of a `.dockerignore`. */
  constructor(root: string, ignore: string) {
    const patterns = dockerignore.default({ ignorecase: false }).add(ignore);
    this.#root = root;
    this.#isIgnored = (path) => patterns.ignores(path);
    this.#hasExceptions = /^\s*!/mu.test(ignore);
  }

  /** Entries for which `isWanted` holds, and the directories that lead to them. */
  async *list(isWanted: Filter): AsyncGenerator<SourceEntry> {
    yield* this.#walk("", isWanted);
  }

  async *#walk(directory: string, isWanted: Filter): AsyncGenerator<SourceEntry> {
    const names = await readdir(join(this.#root, directory));
    names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const name of names) {
      const path = directory === "" ? name : `${directory}/${name}`;
      if (isWanted(path)) yield* this.#entry(path, isWanted);
    }
  }

  async *#entry(path: string, isWanted: Filter): AsyncGenerator<SourceEntry> {
    const stats = await lstat(join(this.#root, path), { bigint: true });
    const isIgnored = this.#isIgnored(path);
    if (stats.isDirectory()) yield* this.#directory(path, { stats, isIgnored, isWanted });
    else if (!isIgnored) yield* this.#leaf(path, stats);
  }

  async *#directory(
    path: string,
    { stats, isIgnored, isWanted }: { stats: BigIntStats; isIgnored: boolean; isWanted: Filter },
  ): AsyncGenerator<SourceEntry> {
    if (isIgnored && !this.#hasExceptions) return;
    const own = { ...factsOf(path, stats), size: 0, mode: goMode(stats) + GO_DIRECTORY };
    let isTold = false;
    if (!isIgnored) {
      isTold = true;
      yield own;
    }
    for await (const entry of this.#walk(path, isWanted)) {
      // An ignored directory is there for the files in it that are not.
      if (!isTold) yield own;
      isTold = true;
      yield entry;
    }
  }

  async *#leaf(path: string, stats: BigIntStats): AsyncGenerator<SourceEntry> {
    const absolute = join(this.#root, path);
    if (stats.isFile()) yield { ...factsOf(path, stats), mode: goMode(stats), source: absolute };
    if (stats.isSymbolicLink()) {
      yield {
        ...factsOf(path, stats),
        size: 0,
        mode: 0o777 + GO_SYMLINK,
        link: await readlink(absolute),
      };
    }
  }
}

function factsOf(
  path: string,
  stats: BigIntStats,
): Pick<SourceEntry, "path" | "size" | "modifiedNs"> {
  return { path, size: Number(stats.size), modifiedNs: Number(stats.mtimeNs) };
}

function goMode({ mode }: BigIntStats): number {
  const special = GO_SPECIAL.filter(([bit]) => (mode & bit) !== 0n).map(([, go]) => go);
  return special.reduce((sum, bit) => sum + bit, Number(mode & 0o777n));
}
