import { createReadStream } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { noManifest, unsafeEntry } from "./refusals.ts";
import { StagedTree } from "./staged-tree.ts";
import { MANIFEST_FILE } from "@gantry/driver-package";

/** What belongs to whoever writes the driver, not to the driver. */
const LEFT_OUT: ReadonlySet<string> = new Set([".git", ".npmrc", ".DS_Store", "node_modules/.bin"]);

/** Copies the files of a directory into `directory`, which is empty and ours. Throws `package-invalid` for links. */
export async function copyDirectory(
  source: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const manifest = await lstat(join(source, MANIFEST_FILE)).catch(() => undefined);
  if (manifest === undefined) throw noManifest(source);
  const tree = new StagedTree(directory);
  await copyFolder({ source, tree, signal }, "");
}

interface Copying {
  readonly source: string;
  readonly tree: StagedTree;
  readonly signal: AbortSignal;
}

async function copyFolder(copying: Copying, folder: string): Promise<void> {
  for (const name of await readdir(join(copying.source, folder))) {
    copying.signal.throwIfAborted();
    const path = folder === "" ? name : `${folder}/${name}`;
    if (!LEFT_OUT.has(path)) await copyOne(copying, path);
  }
}

async function copyOne(copying: Copying, path: string): Promise<void> {
  const file = join(copying.source, path);
  const stat = await lstat(file);
  if (stat.isDirectory()) {
    await copying.tree.addFolder(path);
    await copyFolder(copying, path);
    return;
  }
  if (!stat.isFile())
    throw unsafeEntry(path, stat.isSymbolicLink() ? "is a symbolic link" : "is no file");
  const body = createReadStream(file);
  await copying.tree.addFile({ path, isExecutable: (stat.mode & 0o100) !== 0, body });
}
