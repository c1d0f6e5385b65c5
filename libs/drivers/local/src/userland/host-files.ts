import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readElfNeeds } from "./elf.ts";

const PROGRAM_DIRS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];
const READABLE_BY_ALL = 0o004;
const MAX_LINKS = 40;

/** One path of the machine that goes into the userland. */
export interface HostFile {
  readonly path: string;
  readonly stats: Stats;
  /** Where a symbolic link leads, as written. */
  readonly link?: string;
}

/** Gathers files of this machine with all that they need: links on the way, loader, libraries. */
export class HostFiles {
  readonly #files = new Map<string, HostFile>();
  readonly #libraryDirs: string[];

  constructor(libraryDirs: readonly string[] = configuredLibraryDirs()) {
    this.#libraryDirs = [...libraryDirs];
  }

  /** Everything gathered, sorted by path. */
  get files(): HostFile[] {
    return [...this.#files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Adds a directory that is a link, such as `/bin` on most machines; any other is made as it is needed. */
  addLinkedDir(path: string): void {
    const stats = lookAt(path);
    if (stats?.isSymbolicLink() !== true) return;
    this.#files.set(path, { path, stats, link: readlinkSync(path) });
  }

  /** Adds a program by name; false when the machine has none that everybody may read. */
  addProgram(name: string): boolean {
    const dir = PROGRAM_DIRS.find((each) => lookAt(join(each, name)) !== undefined);
    return dir !== undefined && this.addFile(join(dir, name));
  }

  /** Adds a library by name, where there is one. */
  addLibrary(name: string, firstDirs: readonly string[] = []): void {
    for (const dir of [...firstDirs, ...this.#libraryDirs]) {
      if (lookAt(join(dir, name)) !== undefined && this.addFile(join(dir, name))) return;
    }
  }

  /** Adds a file, and what it needs, by absolute path. */
  addFile(path: string): boolean {
    const real = this.#addPath(path);
    if (real === undefined) return false;
    if (real.isNew) this.#addNeeds(real.path);
    return true;
  }

  #addNeeds(path: string): void {
    const needs = readElfNeeds(path);
    if (needs === undefined) return;
    if (needs.interpreter !== undefined) {
      const dir = dirname(this.#addPath(needs.interpreter)?.path ?? "/lib/ld");
      if (!this.#libraryDirs.includes(dir)) this.#libraryDirs.push(dir);
    }
    const dirs = needs.searchDirs.map((dir) =>
      resolve(dir.replaceAll(/\$\{?ORIGIN\}?/g, dirname(path))),
    );
    for (const name of needs.libraries) this.addLibrary(name, dirs);
  }

  /** Adds every link on the way to a path and the file at its end. */
  #addPath(path: string): { readonly path: string; readonly isNew: boolean } | undefined {
    let rest = path.split("/").filter((part) => part !== "");
    let at = "";
    for (let hops = 0; rest.length > 0; ) {
      const [part = "", ...more] = rest;
      const next = `${at}/${part}`;
      const stats = lookAt(next);
      if (stats === undefined) return undefined;
      if (stats.isSymbolicLink()) {
        if ((hops += 1) > MAX_LINKS) return undefined;
        const link = readlinkSync(next);
        this.#files.set(next, { path: next, stats, link });
        const target = resolve(at === "" ? "/" : at, link)
          .split("/")
          .filter((each) => each !== "");
        rest = [...target, ...more];
        at = "";
        continue;
      }
      at = next;
      rest = more;
      if (rest.length === 0) return this.#addEnd(at, stats);
    }
    return undefined;
  }

  #addEnd(
    path: string,
    stats: Stats,
  ): { readonly path: string; readonly isNew: boolean } | undefined {
    if (!stats.isFile() || (stats.mode & READABLE_BY_ALL) === 0) return undefined;
    const isNew = !this.#files.has(path);
    this.#files.set(path, { path, stats });
    return { path, isNew };
  }
}

function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Directories of libraries, as ld.so.conf names them, and the usual ones. */
function configuredLibraryDirs(): string[] {
  const usual = ["/lib64", "/usr/lib64", "/lib", "/usr/lib"];
  return [...readConfig("/etc/ld.so.conf"), ...usual];
}

function readConfig(path: string): string[] {
  const lines = readText(path)
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim());
  return lines.flatMap((line) => {
    const included = /^include\s+(\S+)\/\*\.conf$/.exec(line)?.[1];
    if (included !== undefined) return configsIn(resolve("/etc", included)).flatMap(readConfig);
    return line.startsWith("/") ? [line] : [];
  });
}

function configsIn(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith(".conf"))
      .toSorted()
      .map((name) => join(dir, name));
  } catch {
    // A loader without a directory of configurations.
    return [];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A C library other than glibc has no such file.
    return "";
  }
}
