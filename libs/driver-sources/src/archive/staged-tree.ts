import { constants } from "node:fs";
import { chmod, mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { LIMITS } from "./limits.ts";
import { tooLarge, unsafeEntry } from "./refusals.ts";

export interface StagedFile {
  /** As the source spells it; checked here. */
  readonly path: string;
  readonly isExecutable: boolean;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * A directory of our own that fills with plain files. No name leads out of it: there are no links in it, each file is
 * made anew, and the limits hold whatever a source says of itself.
 */
export class StagedTree {
  readonly #root: string;
  readonly #folders = new Set<string>();
  #bytes = 0;
  #entries = 0;

  constructor(root: string) {
    this.#root = root;
  }

  async addFolder(path: string): Promise<void> {
    const parts = checkedParts(path);
    if (parts.length > 0) await this.#makeFolders(parts);
  }

  async addFile({ path, isExecutable, body }: StagedFile): Promise<void> {
    const parts = checkedParts(path);
    if (parts.length === 0) throw unsafeEntry(path, "has no name");
    this.#count();
    await this.#makeFolders(parts.slice(0, -1));
    await using file = await this.#create(parts, path, isExecutable);
    for await (const chunk of body) {
      this.#bytes += chunk.byteLength;
      if (this.#bytes > LIMITS.contentBytes) throw tooLarge("its files are larger than 512 MiB");
      await file.writeFile(chunk);
    }
  }

  /** Takes the right to write away, folders last. */
  async seal(): Promise<void> {
    await sealFolder(this.#root);
  }

  async #makeFolders(parts: readonly string[]): Promise<void> {
    const path = parts.join("/");
    if (path === "" || this.#folders.has(path)) return;
    this.#count();
    try {
      await mkdir(join(this.#root, path), { recursive: true, mode: 0o755 });
    } catch {
      throw unsafeEntry(path, "is a file and a folder at once");
    }
    for (const [index] of parts.entries()) this.#folders.add(parts.slice(0, index + 1).join("/"));
  }

  async #create(parts: readonly string[], path: string, isExecutable: boolean) {
    const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
    const mode = isExecutable ? 0o555 : 0o444;
    const flags = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW;
    try {
      return await open(join(this.#root, ...parts), flags, mode);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code === "EEXIST" || code === "EISDIR") throw unsafeEntry(path, "is there twice");
      if (code === "ENAMETOOLONG") throw unsafeEntry(path, "has too long a name");
      throw error;
    }
  }

  #count(): void {
    this.#entries += 1;
    if (this.#entries > LIMITS.entries) throw tooLarge("it has more than 20,000 files");
  }
}

/** The parts of a relative path that stays where it is. Throws `package-invalid` for every other. */
function checkedParts(path: string): readonly string[] {
  if (Buffer.byteLength(path) > LIMITS.pathBytes) throw unsafeEntry(path, "has too long a path");
  if (path.startsWith("/")) throw unsafeEntry(path, "is an absolute path");
  if (UNUSUAL.test(path)) throw unsafeEntry(path, "has an unusual name");
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw unsafeEntry(path, "leads out of the package");
  if (parts.length > LIMITS.depth) throw unsafeEntry(path, "is nested too deeply");
  return parts;
}

/** Control characters, backslashes, and what stands for bytes that are no UTF-8. */
const UNUSUAL = /[\p{Cc}\uFFFD\\]/u;

async function sealFolder(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isDirectory()) await sealFolder(join(folder, entry.name));
  await chmod(folder, 0o555);
}
