import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ContentError } from "./content-error.ts";
import { type ContentEntry, listContent } from "./content-listing.ts";

/** One file of a package, with the bytes that were hashed. */
export interface HashedFile {
  /** Relative to the package's root, with `/`. */
  readonly path: string;
  readonly executable: boolean;
  readonly bytes: Buffer;
}

/** Hears of everything that goes into a digest, as it was read: whoever keeps this has exactly what was hashed. */
export interface ContentVisitor {
  file(file: HashedFile): Promise<void>;
  /** `target` is relative and stays inside the package. */
  link(link: { readonly path: string; readonly target: string }): Promise<void>;
}

export interface DigestOptions {
  readonly visitor?: ContentVisitor;
  readonly signal?: AbortSignal;
  /** Bytes of all files together; more is refused. Default 512 MiB. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 512 * 1024 * 1024;
/** Files that are read at the same time. */
const READERS = 8;

/**
 * Digest of a package's unpacked content, as `gantry.lock` has it: `sha512-<base64>` over one line for each file and link, sorted
 * by the bytes of the path: `["file",path,"x" or "-",size,sha512]` or `["link",path,target]`, as JSON. Times, owners, other mode
 * bits and directories do not count. Each file is opened once and not through links, and is read once: what a visitor gets is
 * what the digest is of, whatever happens to the directory meanwhile. Throws `ContentError` for what no package may hold.
 */
export async function contentDigest(
  directory: string,
  options: DigestOptions = {},
): Promise<string> {
  const budget = { left: options.maxBytes ?? MAX_BYTES };
  const entries = await listContent(directory);
  const lines = new Map<string, string>();
  const waiting = entries.values();
  const reader = async (): Promise<void> => {
    for (const entry of waiting) {
      options.signal?.throwIfAborted();
      lines.set(entry.path, await digestLine({ directory, entry, budget }, options.visitor));
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  const hash = createHash("sha512");
  for (const { path } of entries) hash.update(`${lines.get(path) ?? ""}\n`);
  return `sha512-${hash.digest("base64")}`;
}

interface Reading {
  readonly directory: string;
  readonly entry: ContentEntry;
  readonly budget: { left: number };
}

async function digestLine(reading: Reading, visitor: ContentVisitor | undefined): Promise<string> {
  const { entry } = reading;
  if (entry.kind === "link") {
    await visitor?.link(entry);
    return JSON.stringify(["link", entry.path, entry.target]);
  }
  const file = await readOnce(reading);
  await visitor?.file(file);
  const sha512 = createHash("sha512").update(file.bytes).digest("hex");
  const mode = file.executable ? "x" : "-";
  return JSON.stringify(["file", file.path, mode, file.bytes.length, sha512]);
}

async function readOnce({ directory, entry, budget }: Reading): Promise<HashedFile> {
  const { path } = entry;
  await using handle = await openFile(`${directory}/${path}`, path);
  const stat = await handle.stat();
  if (!stat.isFile()) throw new ContentError("not-a-file", path);
  const { mode, size } = stat;
  budget.left -= size;
  if (budget.left < 0) throw new ContentError("too-large", path);
  const bytes = await readAtMost(handle, size);
  return { path, executable: (mode & 0o100) !== 0, bytes };
}

/** Neither through a link, nor waiting for the other end of a pipe. */
async function openFile(file: string, path: string): Promise<FileHandle> {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw new ContentError("changed", path, cause);
  }
}

/** Not a byte more than `size`, so that a file that grows cannot fill the memory. */
async function readAtMost(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(bytes, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
