import { mkdir, readdir, readFile, rename, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chainIds, type ContentStore, type ImageLayer } from "@gantry/oci";
import { TempDir } from "@gantry/process";
import type { SandboxHost } from "../sandbox/host.ts";
import { removeTrees } from "./remove-trees.ts";
import { unpackLayers } from "./unpack.ts";

const NAME_DIGITS = 24;
/** A snapshot is not pruned so soon after someone asked for it. */
const FRESH_MS = 60_000;
/** What is being made may take its time; after this its maker is taken for dead. */
const DRAFT_MS = 24 * 3_600_000;
const DRAFT = ".draft-";

export interface SnapshotsOptions {
  /** Everything is kept below it. */
  readonly dir: string;
  readonly host: SandboxHost;
}

/**
 * File systems of images as directories for overlayfs, by chain id. Any number of processes may use one directory;
 * what a killed one left is never used. A snapshot is complete from the moment that it has its name.
 *
 * `NAME/fs` holds the files and `NAME/parent` the chain id below it, empty when `fs` is the whole file system.
 */
export class Snapshots {
  readonly #dir: string;
  readonly #host: SandboxHost;

  constructor(options: SnapshotsOptions) {
    this.#dir = options.dir;
    this.#host = options.host;
  }

  /** Directories of these layers, topmost first. Unpacks them into one directory where they are not known. */
  async lowerDirs(
    store: ContentStore,
    layers: readonly ImageLayer[],
    signal: AbortSignal,
  ): Promise<string[]> {
    const chain = chainIds(layers.map(({ diffId }) => diffId)).at(-1);
    if (chain === undefined) return [await this.#emptyDir()];
    const known = await this.find(chain);
    if (known !== undefined) return known;
    await this.#unpack(chain, { store, layers, signal });
    return (await this.find(chain)) ?? [];
  }

  /** Directories of a chain, topmost first; `undefined` when one of them is not here. */
  async find(chain: string): Promise<string[] | undefined> {
    const dirs: string[] = [];
    for (let at = chain; at !== ""; ) {
      const entry = this.#entry(at);
      const parent = await readFile(join(entry, "parent"), "utf8").catch(() => undefined);
      if (parent === undefined) return undefined;
      dirs.push(join(entry, "fs"));
      await utimes(entry, new Date(), new Date()).catch(() => undefined);
      at = parent;
    }
    return dirs;
  }

  /** Keeps `upperDir`, written over all layers but the last, as the snapshot of `layers`. The directory is moved. */
  async keep(layers: readonly Pick<ImageLayer, "diffId">[], upperDir: string): Promise<void> {
    const chains = chainIds(layers.map(({ diffId }) => diffId));
    const chain = chains.at(-1);
    if (chain === undefined) return;
    await this.#add(chain, chains.at(-2) ?? "", (fs) => rename(upperDir, fs));
  }

  /** Removes every snapshot that none of `used` (chain ids) is or stands on; gives the number removed. */
  async prune(used: readonly string[], signal: AbortSignal): Promise<number> {
    const keep = new Set<string>(["empty"]);
    for (const chain of used) {
      for (const dir of (await this.find(chain)) ?? []) keep.add(dir.split("/").at(-2) ?? "");
    }
    const stale: string[] = [];
    for (const name of await readdir(this.#dir).catch(() => [])) {
      const path = join(this.#dir, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
      const spareMs = name.startsWith(DRAFT) ? DRAFT_MS : FRESH_MS;
      if (!keep.has(name) && Date.now() - mtimeMs > spareMs) stale.push(path);
    }
    await removeTrees(this.#host, stale, signal);
    return stale.length;
  }

  async #unpack(
    chain: string,
    from: {
      readonly store: ContentStore;
      readonly layers: readonly ImageLayer[];
      readonly signal: AbortSignal;
    },
  ): Promise<void> {
    await this.#add(chain, "", async (fs) => {
      await mkdir(fs, { mode: 0o755 });
      await unpackLayers(this.#host, { ...from, directory: fs });
    });
  }

  /** Adds a snapshot under its name in one step. Whoever comes second finds it done. */
  async #add(chain: string, parent: string, fill: (fs: string) => Promise<void>): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o711 });
    await using draft = await TempDir.create(DRAFT, this.#dir);
    const entry = join(draft.path, "entry");
    await mkdir(entry, { mode: 0o711 });
    try {
      await fill(join(entry, "fs"));
      await writeFile(join(entry, "parent"), parent);
      await rename(entry, this.#entry(chain)).catch(async (error: unknown) => {
        if ((await this.find(chain)) === undefined) throw error;
      });
    } finally {
      await removeTrees(this.#host, [entry], new AbortController().signal);
    }
  }

  async #emptyDir(): Promise<string> {
    const dir = join(this.#dir, "empty", "fs");
    await mkdir(dir, { recursive: true, mode: 0o755 });
    return dir;
  }

  /** Short names: all lower directories of an overlay must fit into one page. */
  #entry(chain: string): string {
    return join(this.#dir, chain.replace("sha256:", "").slice(0, NAME_DIGITS));
  }
}
