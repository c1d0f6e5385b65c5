import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { dockerfileError, type Place } from "../../dockerfile/errors.ts";
import { type IgnoreRules, readIgnore } from "../../dockerfile/ignore.ts";
import { nearestName } from "../../dockerfile/nearest.ts";
import { climbsOut, isPattern, type Selected, selectSource, siblings } from "../tree/select.ts";
import { type WalkEntry, walkTree } from "../tree/walk.ts";
import type { PlannedSource } from "../worker/protocol.ts";
import type { FileHashes } from "./file-hashes.ts";

/** What a COPY takes, and what the cache compares: a line for each file. */
export interface HashedSources {
  readonly sources: readonly PlannedSource[];
  /** What each path was: type, mode, and digest or target. */
  readonly contents: ReadonlyMap<string, string>;
}

/** A directory that a build reads: the build context, or a named one. */
export class BuildContext {
  readonly directory: string;
  readonly #ignore: IgnoreRules;
  readonly #hashes: FileHashes;

  constructor(directory: string, ignore: IgnoreRules, hashes: FileHashes) {
    this.directory = directory;
    this.#ignore = ignore;
    this.#hashes = hashes;
  }

  /** Every file of the directory may be seen. */
  get hidesNothing(): boolean {
    return this.#ignore.isEmpty;
  }

  /** A named context, which brings its own `.dockerignore`. */
  static named(directory: string, hashes: FileHashes): BuildContext {
    const path = join(directory, ".dockerignore");
    const has = lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
    return new BuildContext(directory, readIgnore(has ? readFileSync(path, "utf8") : ""), hashes);
  }

  /** Finds and hashes what `sources` name. Throws with the line for one that is missing, ignored or outside. */
  async read(
    sources: readonly string[],
    at: { readonly place: Place; readonly signal: AbortSignal },
  ): Promise<HashedSources> {
    const planned = sources.flatMap((source) => this.#select(source, at.place));
    const contents = new Map<string, string>();
    for (const { source, entries } of planned) {
      for (const entry of entries) {
        at.signal.throwIfAborted();
        contents.set(entry.path || ".", await this.#describe(entry, at.signal));
      }
      // The name in the target directory is part of what is copied.
      if (!source.isDirectory && source.path !== source.name)
        contents.set(`${source.path} as`, source.name);
    }
    return { sources: planned.map(({ source, entries }) => ({ ...source, entries })), contents };
  }

  #select(source: string, place: Place): { source: Selected; entries: WalkEntry[] }[] {
    if (climbsOut(source)) {
      throw dockerfileError(
        place,
        `${source} leads out of the build context`,
        "Copy from inside the context, or give the directory a name with a named context.",
      );
    }
    const found = selectSource(this.directory, source).map((selected) => ({
      source: selected,
      entries: walkTree(this.directory, selected.path, this.#ignore),
    }));
    const kept = found.filter(({ entries }) => entries.length > 0);
    if (kept.length > 0 || isPattern(source)) return kept;
    if (found.length > 0) {
      throw dockerfileError(
        place,
        `${source} is left out of the build context by .dockerignore`,
        `Add a line !${source} to .dockerignore.`,
      );
    }
    throw this.#missing(source, place);
  }

  #missing(source: string, place: Place): Error {
    const path = source.replace(/^\/+/, "");
    const near = nearestName(path, siblings(this.directory, path));
    const hint = near === undefined ? "" : `Did you mean ${near}? `;
    return dockerfileError(
      place,
      `${source} does not exist in the build context`,
      `${hint}Paths count from ${this.directory}.`,
    );
  }

  async #describe({ path, stats }: WalkEntry, signal: AbortSignal): Promise<string> {
    const mode = (stats.mode & 0o7777).toString(8);
    const place = join(this.directory, path);
    if (stats.isDirectory()) return `directory ${mode}`;
    if (stats.isSymbolicLink()) return `link ${readlinkSync(place)}`;
    if (!stats.isFile()) return "special";
    return `file ${mode} ${await this.#hashes.digest(place, signal)}`;
  }
}
