import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";
import { within } from "./within.ts";

/** Links on one way; more go round in a circle. */
const MAX_LINKS = 40;

/** Where a path leads. */
export interface Way {
  readonly real: string;
  /** A link on the way that is in a directory which the driver may write to: it leads wherever the driver likes. */
  readonly driversLink: string | undefined;
}

/** Follows a path link by link; `undefined` where it leads nowhere. */
export async function follow(path: string, writable: readonly string[]): Promise<Way | undefined> {
  let real = "/";
  let driversLink: string | undefined;
  const steps = path.split("/");
  let links = 0;
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    if (step === "" || step === ".") continue;
    const next = join(real, step);
    const target = await linkTarget(next);
    if (target === null) return undefined;
    if (target === undefined) {
      real = next;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) return undefined;
    const here = real;
    if (writable.some((directory) => within(directory, here))) driversLink ??= next;
    if (target.startsWith("/")) real = "/";
    steps.unshift(...target.split("/"));
  }
  return { real, driversLink };
}

/** `undefined` for what is no link, `null` for what is not there. */
async function linkTarget(path: string): Promise<string | undefined | null> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch {
    return null;
  }
}
