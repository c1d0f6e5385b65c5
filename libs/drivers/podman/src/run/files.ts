import { dirname, posix } from "node:path";
import { buffer } from "node:stream/consumers";
import type { FileEntry, RunSpec } from "@gantry/driver-api";
import { pack } from "tar-stream";
import { fileExists, invalidRequest } from "../errors.ts";
import type { PathFact } from "./path-fact.ts";

/** What the image has at a path. */
export type Look = (path: string) => Promise<PathFact | undefined>;

/** Refuses files that cannot be put where they are to go. Throws `invalid-request`. */
export function checkFiles(spec: RunSpec): void {
  for (const path of [...spec.files.map((file) => file.path), spec.outputsDir]) {
    const isClean = posix.isAbsolute(path) && posix.normalize(path) === path && !path.endsWith("/");
    if (isClean) continue;
    throw invalidRequest(`${path} is not an absolute, clean path of a file.`, "Correct the path.");
  }
  for (const { path } of spec.files) {
    const through = spec.mounts.find(({ target }) => `${path}/`.startsWith(`${target}/`));
    if (through === undefined) continue;
    throw invalidRequest(
      `File ${path} would be written through the mount of ${through.source} and stay there.`,
      "Mount another directory, or give the file another path.",
    );
  }
}

/**
 * The archive that puts the run's files and outputs directory in place. It names a directory only when the image
 * lacks it, because podman would give an existing one the archive's mode and the user as its owner.
 */
export async function makeArchive(spec: RunSpec, look: Look): Promise<Buffer> {
  const paths = [...spec.files.map((file) => file.path), spec.outputsDir];
  const missing = new Set<string>();
  for (const directory of new Set(paths.map((path) => dirname(path)))) {
    await noteMissing(directory, missing, look);
  }
  for (const { path, existing } of spec.files) {
    const mayExist = existing === "refuse" && !missing.has(dirname(path));
    if (mayExist && (await look(path)) !== undefined) throw fileExists(path);
  }
  const outputs = missing.has(dirname(spec.outputsDir)) ? undefined : await look(spec.outputsDir);
  const directories = [...missing].toSorted().map((path) => ({ path, mode: 0o755 }));
  // The outputs directory is the one that must be writable, whoever made it.
  directories.push({ path: spec.outputsDir, mode: (outputs?.mode ?? 0o755) | 0o700 });
  return packEntries(directories, spec.files);
}

/** Adds `directory` and those of its parents that are not there. */
async function noteMissing(directory: string, missing: Set<string>, look: Look): Promise<void> {
  if (directory === "/" || missing.has(directory)) return;
  if ((await look(directory)) !== undefined) return;
  missing.add(directory);
  await noteMissing(dirname(directory), missing, look);
}

/** Owners are left out: podman gives everything to the container's user. */
async function packEntries(
  directories: readonly { readonly path: string; readonly mode: number }[],
  files: readonly FileEntry[],
): Promise<Buffer> {
  const tar = pack();
  const mtime = new Date(0);
  for (const { path, mode } of directories) {
    tar.entry({ name: `${path.slice(1)}/`, type: "directory", mode, mtime });
  }
  for (const { path, mode, content } of files) {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    tar.entry({ name: path.slice(1), mode, mtime }, bytes);
  }
  tar.finalize();
  return buffer(tar);
}
