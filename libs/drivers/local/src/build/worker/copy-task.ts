import { lstatSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { readChmod } from "../../dockerfile/chmod.ts";
import { Copier, CopyError } from "../tree/copy.ts";
import { type Owner, readOwner } from "../tree/owner.ts";
import type { Owners } from "../tree/owners.ts";
import { isPattern, selectSource } from "../tree/select.ts";
import { walkTree } from "../tree/walk.ts";
import { isArchive, unpackArchive } from "./archive.ts";
import type { CopyTask, PlannedSource } from "./protocol.ts";

export interface CopyPlaces {
  /** Root of the image. */
  readonly root: string;
  /** Root of the tree that is copied from. */
  readonly from: string;
  readonly owners: Owners;
}

/** Carries out COPY or ADD from one tree into an image. */
export async function copyInto(task: CopyTask, places: CopyPlaces): Promise<void> {
  await new Copying(task, places).run();
}

class Copying {
  readonly #from: string;
  readonly #task: CopyTask;
  readonly #copier: Copier;
  readonly #owners: Owners;
  readonly #root: string;
  readonly #chown: Owner | undefined;

  constructor(task: CopyTask, { root, from, owners }: CopyPlaces) {
    this.#from = from;
    this.#root = root;
    this.#owners = owners;
    this.#task = task;
    this.#chown = task.chown === undefined ? undefined : readOwner(root, task.chown);
    const kept = task.keepOwners ? undefined : { uid: 0, gid: 0 };
    this.#copier = new Copier({
      root,
      owner: this.#chown ?? kept,
      owners,
      chmod: task.chmod === undefined ? undefined : readChmod(task.chmod),
      keepLinks: task.keepOwners,
    });
  }

  async run(): Promise<void> {
    const { target, texts } = this.#task;
    const sources =
      this.#task.sources ?? this.#task.patterns.flatMap((pattern) => this.#find(pattern));
    const isDirectory = target.endsWith("/") || this.#copier.hasDirectory(target);
    const files = sources.filter((source) => !source.isDirectory).length + texts.length;
    if (!isDirectory && files > 1) {
      throw new CopyError(
        `${files} files are copied to ${target}, which is not a directory: end it with a slash`,
      );
    }
    for (const source of sources) await this.#copy(source, isDirectory);
    for (const text of texts) {
      this.#copier.text(text.content, isDirectory ? join(target, basename(text.name)) : target);
    }
  }

  #find(pattern: string): PlannedSource[] {
    const found = selectSource(this.#from, pattern);
    if (found.length === 0 && !isPattern(pattern))
      throw new CopyError(`${pattern} does not exist there`);
    return found.map((selected) => ({ ...selected, entries: walkTree(this.#from, selected.path) }));
  }

  async #copy(source: PlannedSource, intoDirectory: boolean): Promise<void> {
    const { target } = this.#task;
    if (source.isDirectory)
      return this.#copier.tree(this.#from, source.entries, { top: source.path, target });
    const [entry] = source.entries;
    if (entry === undefined) throw new CopyError(`${source.path} is left out by .dockerignore`);
    const file = join(this.#from, entry.path);
    const unpack = this.#task.unpack && lstatSync(file).isFile() && isArchive(file);
    if (unpack) return this.#unpack(file);
    return this.#copier.file(this.#from, entry, intoDirectory ? join(target, source.name) : target);
  }

  #unpack(file: string): Promise<void> {
    const directory = this.#copier.directory(this.#task.target);
    return unpackArchive(file, directory, (own, path) => {
      const owner = this.#chown ?? own;
      return this.#owners.settle(join(relative(this.#root, directory), path), owner);
    });
  }
}
