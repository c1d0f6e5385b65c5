import { readdir, readlink } from "node:fs/promises";
import { ContentError } from "./content-error.ts";

/** Something of a package that counts: a file, or a link that stays inside. */
export type ContentEntry =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

const MAX_ENTRIES = 50_000;
const MAX_DEPTH = 64;

/** Files and links of `directory`, sorted by the bytes of their paths. Throws `ContentError` for everything else. */
export async function listContent(directory: string): Promise<readonly ContentEntry[]> {
  const entries: ContentEntry[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, ...found } of await readFolder(directory, folder)) {
      const path = `${folder}${name}`;
      if (found.isDirectory) folders.push(`${path}/`);
      else entries.push(await toEntry(directory, { path, ...found }));
    }
    if (entries.length + folders.length > MAX_ENTRIES) throw new ContentError("too-many", folder);
    if (folder.split("/").length > MAX_DEPTH) throw new ContentError("too-deep", folder);
  }
  return entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

interface Found {
  readonly path: string;
  readonly isFile: boolean;
  readonly isLink: boolean;
}

async function readFolder(directory: string, folder: string) {
  const found = await readdir(`${directory}/${folder}`, { withFileTypes: true }).catch(
    (cause: unknown) => {
      throw new ContentError("changed", folder === "" ? directory : folder, cause);
    },
  );
  return found.map((entry) => {
    const name = entry.name;
    // A name that is not UTF-8 has been replaced and could not be opened again.
    if (name.includes("\uFFFD")) throw new ContentError("bad-name", `${folder}${name}`);
    return {
      name,
      isDirectory: entry.isDirectory(),
      isFile: entry.isFile(),
      isLink: entry.isSymbolicLink(),
    };
  });
}

async function toEntry(directory: string, { path, isFile, isLink }: Found): Promise<ContentEntry> {
  if (isFile) return { kind: "file", path };
  if (!isLink) throw new ContentError("not-a-file", path);
  const target = await readlink(`${directory}/${path}`).catch((cause: unknown) => {
    throw new ContentError("changed", path, cause);
  });
  if (!staysInside(path, target)) throw new ContentError("link-leaves", path);
  return { kind: "link", path, target };
}

/**
 * Whether a link's target cannot lead out. `..` only at its beginning: behind a name it would be resolved from wherever that
 * name, a link itself, leads to.
 */
export function staysInside(path: string, target: string): boolean {
  if (target === "" || target.startsWith("/")) return false;
  const steps = target.split("/").filter((step) => step !== "" && step !== ".");
  const up = steps.findIndex((step) => step !== "..");
  const climbs = up === -1 ? steps.length : up;
  return climbs < path.split("/").length && !steps.slice(climbs).includes("..");
}
