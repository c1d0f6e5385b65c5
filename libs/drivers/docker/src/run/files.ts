import { dirname, posix } from "node:path";
import { buffer } from "node:stream/consumers";
import type { FileEntry, RunSpec } from "@gantry/driver-api";
import { pack } from "tar-stream";
import { fileExists, invalidRequest } from "../errors.ts";
import { socketLink } from "./engine-socket.ts";
import type { ImageFacts, PathFact, Subject } from "./image-facts.ts";
import type { Owner } from "./user.ts";

/** Refuses files that cannot be put where they are to go. Throws `invalid-request`. */
export function checkFiles(spec: RunSpec): void {
  for (const path of [...spec.files.map((file) => file.path), spec.outputsDir]) {
    if (!posix.isAbsolute(path) || posix.normalize(path) !== path || path.endsWith("/")) {
      throw invalidRequest(
        `${path} is not an absolute, clean path of a file.`,
        "Correct the path.",
      );
    }
  }
  for (const { path } of spec.files) {
    const mount = spec.mounts.find(
      ({ target }) => path === target || path.startsWith(`${target}/`),
    );
    if (mount === undefined) continue;
    throw invalidRequest(
      `File ${path} would be written through the mount of ${mount.source} and stay there.`,
      "Mount another directory, or give the file another path.",
    );
  }
}

/**
 * The archive that puts the run's files and outputs directory in place. It names a directory only when the image
 * lacks it, because the engine would give an existing one the archive's owner and mode.
 */
export async function makeArchive(
  spec: RunSpec,
  from: { readonly facts: ImageFacts; readonly subject: Subject },
  signal: AbortSignal,
): Promise<Buffer> {
  const look = (path: string): Promise<PathFact | undefined> =>
    from.facts.path(from.subject, path, signal);
  const [owner, missing, outputs] = await Promise.all([
    from.facts.owner(from.subject, signal),
    missingDirectories(pathsOf(spec), look),
    look(spec.outputsDir),
    ...spec.files.map((file) => refuseExisting(file, look)),
  ]);
  const directories = missing.map((path) => ({ path, mode: 0o755 }));
  // The outputs directory is the one that must be writable, whoever made it.
  directories.push({ path: spec.outputsDir, mode: (outputs?.mode ?? 0o755) | 0o700 });
  return packEntries(directories, spec, owner);
}

/** Everything that is put in place. */
function pathsOf(spec: RunSpec): string[] {
  const link = socketLink(spec.engineSocket);
  const paths = [...spec.files.map((file) => file.path), spec.outputsDir];
  return link === undefined ? paths : [...paths, link.path];
}

async function refuseExisting(
  file: FileEntry,
  look: (path: string) => Promise<PathFact | undefined>,
): Promise<void> {
  if (file.existing === "refuse" && (await look(file.path)) !== undefined)
    throw fileExists(file.path);
}

/** Parents of `paths` that are not there, outermost first. */
async function missingDirectories(
  paths: readonly string[],
  look: (path: string) => Promise<PathFact | undefined>,
): Promise<string[]> {
  const missing = new Set<string>();
  const climb = async (directory: string): Promise<void> => {
    if (directory === "/" || missing.has(directory)) return;
    if ((await look(directory)) !== undefined) return;
    missing.add(directory);
    await climb(dirname(directory));
  };
  await Promise.all([...new Set(paths.map((path) => dirname(path)))].map(climb));
  return [...missing].toSorted();
}

async function packEntries(
  directories: readonly { readonly path: string; readonly mode: number }[],
  { files, engineSocket }: Pick<RunSpec, "files" | "engineSocket">,
  owner: Owner,
): Promise<Buffer> {
  const tar = pack();
  const mtime = new Date(0);
  for (const { path, mode } of directories) {
    tar.entry({ name: `${path.slice(1)}/`, type: "directory", mode, mtime, ...owner });
  }
  for (const { path, mode, content } of files) {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    tar.entry({ name: path.slice(1), mode, mtime, ...owner }, bytes);
  }
  const link = socketLink(engineSocket);
  if (link !== undefined) {
    const { path, target } = link;
    tar.entry({ name: path.slice(1), type: "symlink", linkname: target, mtime, ...owner });
  }
  tar.finalize();
  return buffer(tar);
}
