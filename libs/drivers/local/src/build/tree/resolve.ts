import { lstatSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/** A symlink chain longer than this is a loop (as the kernel counts). */
const MAX_LINKS = 40;

/** A path that goes round in symbolic links. */
export class LinkLoopError extends Error {
  override readonly name = "LinkLoopError";
}

/**
 * The place of `path` below `root` as a process sees it that has `root` for its root directory: symbolic links,
 * absolute or climbing, never lead out. What does not exist is taken literally. With `follow: false` the last part
 * stays as it is. Throws `LinkLoopError`.
 */
export function resolveInRoot(root: string, path: string, options = { follow: true }): string {
  const pending = parts(path).toReversed();
  let place = root;
  let links = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === "..") {
      place = place === root ? root : dirname(place);
      continue;
    }
    const next = join(place, part);
    const isLast = pending.length === 0;
    const target = isLast && !options.follow ? undefined : linkTarget(next);
    if (target === undefined) {
      place = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) throw new LinkLoopError(`${path} goes round in symbolic links`);
    if (target.startsWith("/")) place = root;
    pending.push(...parts(target).toReversed());
  }
  return place;
}

/** The names of a path, without empty ones and dots. */
export function parts(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
      ? readlinkSync(path)
      : undefined;
  } catch (error) {
    // Below a file there is nothing to follow.
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return undefined;
    throw error;
  }
}
