import { lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";

/** One thing below a directory that is copied. */
export interface WalkEntry {
  /** Relative to the root of the tree. */
  readonly path: string;
  readonly stats: Stats;
}

/** Leaves paths out of a walk. */
export interface WalkFilter {
  isIgnored(path: string): boolean;
  readonly hasExceptions: boolean;
}

const ALL: WalkFilter = { isIgnored: () => false, hasExceptions: false };

/** `path` and all below it, parents first, names sorted by code unit. Symbolic links are not followed. */
export function walkTree(root: string, path: string, filter: WalkFilter = ALL): WalkEntry[] {
  const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (stats === undefined) return [];
  const ignored = path !== "" && filter.isIgnored(path);
  if (!stats.isDirectory()) return ignored ? [] : [{ path, stats }];
  if (ignored && !filter.hasExceptions) return [];
  const names = readdirSync(join(root, path)).toSorted(byCodeUnit);
  const below = names.flatMap((name) =>
    walkTree(root, path === "" ? name : `${path}/${name}`, filter),
  );
  return ignored && below.length === 0 ? [] : [{ path, stats }, ...below];
}

/** The same order under every locale. */
export function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
