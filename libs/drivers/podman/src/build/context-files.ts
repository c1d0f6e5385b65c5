import type { Stats } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";

/** One entry of a build context. */
export interface ContextEntry {
  /** Relative, with `/`. */
  readonly path: string;
  readonly stats: Stats;
  /** Where a link leads to. */
  readonly link?: string;
}

/** The files of a build context: everything that `.dockerignore` lets through, in the order of their paths. */
export class ContextFiles {
  readonly #root: string;
  readonly #isIgnored: (path: string) => boolean;
  readonly #hasExceptions: boolean;

  /** `ignore` is the text of a `.dockerignore`. */
  constructor(root: string, ignore: string) {
    const patterns = dockerignore.default({ ignorecase: false }).add(ignore);
    this.#root = root;
    this.#isIgnored = (path) => patterns.ignores(path);
    this.#hasExceptions = /^\s*!/mu.test(ignore);
  }

  async *list(directory = ""): AsyncGenerator<ContextEntry> {
    const names = await readdir(join(this.#root, directory));
    names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const name of names) yield* this.#entry(directory === "" ? name : `${directory}/${name}`);
  }

  async *#entry(path: string): AsyncGenerator<ContextEntry> {
    const absolute = join(this.#root, path);
    const stats = await lstat(absolute);
    const isIgnored = this.#isIgnored(path);
    if (stats.isDirectory()) yield* this.#directory({ path, stats }, isIgnored);
    else if (isIgnored) return;
    else if (stats.isSymbolicLink()) yield { path, stats, link: await readlink(absolute) };
    else if (stats.isFile()) yield { path, stats };
  }

  async *#directory(own: ContextEntry, isIgnored: boolean): AsyncGenerator<ContextEntry> {
    if (isIgnored && !this.#hasExceptions) return;
    let isTold = !isIgnored;
    if (isTold) yield own;
    for await (const entry of this.list(own.path)) {
      // An ignored directory is there for the files in it that are not.
      if (!isTold) yield own;
      isTold = true;
      yield entry;
    }
  }
}
