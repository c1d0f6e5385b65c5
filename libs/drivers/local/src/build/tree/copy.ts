import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import type { ModeChange } from "../../dockerfile/chmod.ts";
import type { Owner } from "./owner.ts";
import type { Owners } from "./owners.ts";
import { parts, resolveInRoot } from "./resolve.ts";

/** One thing to copy. */
export interface CopyEntry {
  /** Relative to the root that is copied from. */
  readonly path: string;
  readonly stats: Pick<
    Stats,
    "mode" | "size" | "mtimeMs" | "uid" | "gid" | "nlink" | "dev" | "ino"
  >;
}

export interface CopyRules {
  /** Directory that is the root of the image. */
  readonly root: string;
  /** Owner of everything copied; absent to keep each file's own. */
  readonly owner?: Owner | undefined;
  readonly chmod?: ModeChange | undefined;
  /** Keeps the owners that the disk cannot keep. */
  readonly owners: Owners;
  /** Two names of one file stay two names of one file. */
  readonly keepLinks: boolean;
}

/** A copy that cannot be made as asked. The message is for the author of the Dockerfile. */
export class CopyError extends Error {
  override readonly name = "CopyError";
}

const TYPE = constants.S_IFMT;
const ROOT: Owner = { uid: 0, gid: 0 };

/**
 * Writes files into the root of an image. Target paths are resolved as a process inside the image would resolve them:
 * nothing is written outside of the root. Nobody else may change the root meanwhile.
 */
export class Copier {
  readonly #rules: CopyRules;
  readonly #inodes = new Map<string, string>();

  constructor(rules: CopyRules) {
    this.#rules = rules;
  }

  /** The real place of a directory of the image, made with its parents where missing. */
  directory(path: string): string {
    const names = parts(path);
    for (const [index] of names.entries())
      this.#makeDirectory(names.slice(0, index + 1).join("/"), path);
    return resolveInRoot(this.#rules.root, path);
  }

  /** Whether the image has a directory there. */
  hasDirectory(path: string): boolean {
    const place = resolveInRoot(this.#rules.root, path);
    return lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  }

  /** Copies a directory's content, `entries` being all below it with parents first, into the directory `target`. */
  tree(
    from: string,
    entries: readonly CopyEntry[],
    options: { top: string; target: string },
  ): void {
    this.directory(options.target);
    const cut = options.top === "" ? 0 : options.top.length + 1;
    for (const entry of entries) {
      if (entry.path === options.top) continue;
      this.#entry(join(from, entry.path), entry, `${options.target}/${entry.path.slice(cut)}`);
    }
  }

  /** Copies one file to exactly `target`. */
  file(from: string, entry: CopyEntry, target: string): void {
    this.directory(dirname(`/${target}`));
    this.#entry(join(from, entry.path), entry, target);
  }

  /** Writes text to exactly `target`. */
  text(content: string, target: string): void {
    this.directory(dirname(`/${target}`));
    const place = this.#clear(target);
    writeFileSync(place, content, { mode: 0o600, flag: "wx" });
    this.#finish(place, { mode: 0o644, owner: ROOT, isDirectory: false });
  }

  #entry(from: string, entry: CopyEntry, target: string): void {
    switch (entry.stats.mode & TYPE) {
      case constants.S_IFDIR:
        return this.#mergeDirectory(entry, target);
      case constants.S_IFLNK:
        return this.#symlink(from, entry, target);
      case constants.S_IFREG:
        return this.#regular(from, entry, target);
      default:
        // Sockets, pipes and devices mean something on the machine that made them only.
        return undefined;
    }
  }

  #mergeDirectory(entry: CopyEntry, target: string): void {
    this.#makeDirectory(target, target);
    const place = resolveInRoot(this.#rules.root, target);
    this.#finish(place, { mode: entry.stats.mode & 0o7777, owner: entry.stats, isDirectory: true });
  }

  #symlink(from: string, entry: CopyEntry, target: string): void {
    const place = this.#clear(target);
    symlinkSync(readlinkSync(from), place);
    this.#own(place, entry.stats);
  }

  #regular(from: string, entry: CopyEntry, target: string): void {
    const place = this.#clear(target);
    const inode = `${entry.stats.dev}:${entry.stats.ino}`;
    const first =
      entry.stats.nlink > 1 && this.#rules.keepLinks ? this.#inodes.get(inode) : undefined;
    if (first !== undefined) return linkSync(first, place);
    copyFileSync(from, place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    this.#inodes.set(inode, place);
    assertUnchanged(from, entry);
    this.#finish(place, {
      mode: entry.stats.mode & 0o7777,
      owner: entry.stats,
      isDirectory: false,
    });
  }

  #finish(place: string, as: { mode: number; owner: Owner; isDirectory: boolean }): void {
    // Owner first: a change of owner clears the setuid bits.
    this.#own(place, as.owner);
    chmodSync(place, this.#rules.chmod?.(as.mode, as.isDirectory) ?? as.mode);
  }

  #own(place: string, fallback: Owner): void {
    const wanted = this.#rules.owner ?? fallback;
    const { uid, gid } = this.#rules.owners.settle(relative(this.#rules.root, place), wanted);
    lchownSync(place, uid, gid);
  }

  #makeDirectory(path: string, wanted: string): void {
    const place = resolveInRoot(this.#rules.root, path);
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) return;
    if (stats !== undefined) {
      throw new CopyError(
        `/${parts(wanted).join("/")} cannot be made: /${path} is not a directory in the image`,
      );
    }
    // The parents exist but for a link that leads to a place which does not.
    mkdirSync(dirname(place), { recursive: true });
    mkdirSync(place, { mode: 0o755 });
    this.#own(place, ROOT);
    chmodSync(place, 0o755);
  }

  /** The real place of `target`, emptied. */
  #clear(target: string): string {
    const place = resolveInRoot(this.#rules.root, target, { follow: false });
    const stats = lstatSync(place, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) {
      throw new CopyError(
        `/${parts(target).join("/")} is a directory in the image and cannot become a file`,
      );
    }
    if (stats !== undefined) rmSync(place);
    return place;
  }
}

/** The bytes copied must be those that were hashed for the cache. */
function assertUnchanged(from: string, { path, stats }: CopyEntry): void {
  const now = lstatSync(from, { throwIfNoEntry: false });
  if (now?.size === stats.size && now.mtimeMs === stats.mtimeMs) return;
  throw new CopyError(
    `${path} changed while it was being copied; let it be written elsewhere, or name it in .dockerignore`,
  );
}
