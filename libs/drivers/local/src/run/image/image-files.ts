import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { join } from "node:path";

const MAX_BYTES = 4 * 1024 * 1024;

/** Text of a small file of an image, whose directories are given topmost first; empty when there is none. Links are not followed. */
export async function readImageFile(lowerDirs: readonly string[], path: string): Promise<string> {
  for (const dir of lowerDirs) {
    const found = await look(dir, path);
    if (found === "hidden") return "";
    if (found === "file") return readSmall(join(dir, path));
  }
  return "";
}

async function look(dir: string, path: string): Promise<"file" | "hidden" | "absent"> {
  const parts = path.split("/").filter((part) => part !== "");
  let at = dir;
  for (const [index, part] of parts.entries()) {
    at = join(at, part);
    const stats = await lstat(at).catch(() => undefined);
    if (stats === undefined) return "absent";
    if (index < parts.length - 1 && stats.isDirectory()) continue;
    return stats.isFile() && index === parts.length - 1 ? "file" : "hidden";
  }
  return "hidden";
}

async function readSmall(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (file === undefined) return "";
  await using held = file;
  const { size } = await held.stat();
  return size > MAX_BYTES ? "" : held.readFile("utf8");
}
