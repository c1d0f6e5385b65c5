import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { homeOf } from "@gantry/protocol/light";
import type { Given } from "../command-line/given.ts";
import type { World } from "../world.ts";

const LOCK_FILE = "gantry.lock";

/** The lock file of a project: the one that is named, else the nearest `gantry.lock` upwards. The home's own is none. */
export async function readLockPath(given: Given, world: World): Promise<string | undefined> {
  const named = given.text("lock");
  if (named !== undefined) return resolve(world.cwd, named);
  const own = join(homeOf(world.env), LOCK_FILE);
  for (let dir = world.cwd; ; dir = dirname(dir)) {
    const path = join(dir, LOCK_FILE);
    if (path !== own && (await isFile(path))) return path;
    if (dirname(dir) === dir) return undefined;
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
