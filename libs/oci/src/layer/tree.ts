import { chmodSync, lstatSync, mkdirSync, readlinkSync, rmSync, type Stats } from "node:fs";
import { dirname, join } from "node:path";
import { OciError, systemCode } from "../errors.ts";

/** A symlink chain longer than this is a loop (as the kernel counts). */
const MAX_LINKS = 40;
const WRITABLE = 0o700;

/**
 * Names inside a directory tree that is being written, resolved as a chroot would: a symbolic link on the way,
 * absolute or with `..`, leads to a place inside the root. Nobody else may change the tree meanwhile.
 */
export class Tree {
  readonly root: string;
  /** Directories already resolved, by the path as written. Emptied when a name changes its kind. */
  readonly #resolved = new Map<string, string>();
  /** Directories that were made writable for a while, with the mode to give back. */
  readonly #borrowed = new Map<string, number>();

  constructor(root: string) {
    this.root = root;
  }

  /** The real place of `name`, whose last part is not followed; makes the directories before it. */
  place(name: string): string {
    const parts = split(name);
    const last = parts.pop();
    if (last === undefined) return this.root;
    return join(this.directory(parts), last);
  }

  /** The real directory of `parts`, made where it is missing. */
  directory(parts: readonly string[]): string {
    const key = parts.join("/");
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const path = this.#walk(parts);
    this.#resolved.set(key, path);
    return path;
  }

  /** What is at a real place, not followed; `undefined` for nothing. */
  look(path: string): Stats | undefined {
    return lstatSync(path, { throwIfNoEntry: false });
  }

  /** Removes what is at a real place, whatever it is. */
  remove(path: string): void {
    this.#resolved.clear();
    rmSync(path, { recursive: true, force: true, maxRetries: 0 });
  }

  /** Gives back the modes of directories that had to be made writable. */
  restore(): void {
    for (const [path, mode] of this.#borrowed) {
      if (this.look(path)?.isDirectory() === true) chmodSync(path, mode);
    }
    this.#borrowed.clear();
  }

  /** The directory's mode is about to be set for good: do not restore the old one. */
  settle(path: string): void {
    this.#borrowed.delete(path);
  }

  #walk(parts: readonly string[]): string {
    const pending = [...parts].toReversed();
    let path = this.root;
    for (let part = pending.pop(), links = 0; part !== undefined; part = pending.pop()) {
      if (part === "..") {
        path = path === this.root ? path : dirname(path);
        continue;
      }
      const next = join(path, part);
      const stats = this.look(next);
      if (stats?.isSymbolicLink() !== true) {
        this.#enter(next, stats);
        path = next;
        continue;
      }
      links += 1;
      if (links > MAX_LINKS) throw loop(parts);
      const target = readlinkSync(next);
      if (target.startsWith("/")) path = this.root;
      pending.push(...target.split("/").filter(isPart).toReversed());
    }
    return path;
  }

  #enter(path: string, stats: Stats | undefined): void {
    if (stats?.isDirectory() === true) return this.#borrow(path, stats);
    if (stats !== undefined) this.remove(path);
    mkdirSync(path, 0o755);
    chmodSync(path, 0o755);
  }

  #borrow(path: string, stats: Stats): void {
    const mode = stats.mode & 0o7777;
    if ((mode & WRITABLE) === WRITABLE) return;
    try {
      chmodSync(path, mode | WRITABLE);
      this.#borrowed.set(path, mode);
    } catch (error) {
      // Not the owner: writing into it will say so, or succeed for root.
      if (systemCode(error) !== "EPERM") throw error;
    }
  }
}

/** The parts of an archive name; `unsafe-path` when it climbs with `..` or cannot be a file name. */
export function split(name: string): string[] {
  if (name.includes("\0")) throw unsafe(name, "has a zero byte in it");
  const parts = name.split("/").filter(isPart);
  if (parts.includes("..")) throw unsafe(name, "climbs with ..");
  return parts;
}

function isPart(part: string): boolean {
  return part !== "" && part !== ".";
}

/** An entry that may not be written. */
export function unsafe(name: string, why: string): OciError {
  return new OciError("unsafe-path", `The archive entry ${JSON.stringify(name)} ${why}`, {
    hint: "No honest tool writes such an archive; do not use this image.",
  });
}

function loop(parts: readonly string[]): OciError {
  return unsafe(parts.join("/"), "goes through a loop of symbolic links");
}
