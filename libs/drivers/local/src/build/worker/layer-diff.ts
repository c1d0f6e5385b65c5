import { lstatSync, lutimesSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The views that a layer is told from. */
export interface LayerViews {
  /** What the step wrote: overlayfs' upper directory. */
  readonly upper: string;
  /** What was there before; absent when nothing was. */
  readonly lower?: string | undefined;
  /** What is there now. */
  readonly merged: string;
}

/**
 * Paths that the step deleted and that `upper` has no own mark for: what a directory hides that was removed and made
 * again. overlayfs says so in an extended attribute, which cannot be read here; the views tell it as well.
 */
export function findHidden(views: LayerViews): string[] {
  const { lower } = views;
  return lower === undefined ? [] : hiddenIn("", { ...views, lower });
}

function hiddenIn(path: string, views: LayerViews & { readonly lower: string }): string[] {
  if (!isDirectory(join(views.lower, path))) return [];
  const here = new Set(readdirSync(join(views.merged, path)));
  const written = readdirSync(join(views.upper, path), { withFileTypes: true });
  const marks = new Set(written.map((entry) => entry.name));
  const gone = readdirSync(join(views.lower, path)).filter(
    (name) => !here.has(name) && !marks.has(name),
  );
  const below = written.filter((entry) => entry.isDirectory());
  return [
    ...gone.map((name) => inside(path, name)),
    ...below.flatMap((entry) => hiddenIn(inside(path, entry.name), views)),
  ];
}

/** Removes empty files and directories that mounts needed and the image did not have. */
export function removeMountPoints(views: LayerViews, targets: readonly string[]): void {
  for (const target of targets) {
    const names = target.split("/").filter((name) => name !== "");
    while (names.length > 0 && isNewAndEmpty(views, names.join("/"))) {
      rmSync(join(views.merged, ...names), { recursive: true });
      names.pop();
    }
  }
}

function isNewAndEmpty({ lower, upper, merged }: LayerViews, path: string): boolean {
  const stats = lstatSync(join(upper, path), { throwIfNoEntry: false });
  if (stats === undefined || stats.isSymbolicLink()) return false;
  if (lower !== undefined && exists(join(lower, path))) return false;
  return stats.isDirectory()
    ? readdirSync(join(merged, path)).length === 0
    : stats.isFile() && stats.size === 0;
}

/**
 * Takes directories out of `upper` that mount points brought there and that are as they were below. Call when nothing
 * is mounted on it any more.
 */
export function removeCopies(views: LayerViews, targets: readonly string[]): void {
  for (const target of targets) {
    const names = target.split("/").filter((name) => name !== "");
    for (names.pop(); names.length > 0 && isCopy(views, names.join("/")); names.pop()) {
      rmdirSync(join(views.upper, ...names));
    }
  }
}

function isCopy({ upper, lower }: LayerViews, path: string): boolean {
  if (lower === undefined || !isDirectory(join(upper, path))) return false;
  const before = lstatSync(join(lower, path), { throwIfNoEntry: false });
  const now = lstatSync(join(upper, path));
  const isSame = before?.mode === now.mode && before.uid === now.uid && before.gid === now.gid;
  return isSame && readdirSync(join(upper, path)).length === 0;
}

/** Whether a step wrote nothing at all. */
export function isUntouched(upper: string): boolean {
  return readdirSync(upper).length === 0;
}

/** Sets every time below `directory` to what it is in the packed layer, so that both mean the same. */
export function settleTimes(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) settleTimes(path);
    else lutimesSync(path, 0, 0);
  }
  lutimesSync(directory, 0, 0);
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function inside(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}
