import { randomBytes } from "node:crypto";
import { readdir, readlink, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { decodeHolder, encodeHolder, selfHolder, stateOf } from "./holder.ts";

const PREFIX = "waiting.";

/** Says in the lock's directory that somebody waits, until disposed. Like a turn a symbolic link: no space is needed. */
export async function announce(directory: string): Promise<AsyncDisposable> {
  const path = join(directory, PREFIX + randomBytes(8).toString("hex"));
  await symlink(encodeHolder(selfHolder()), path);
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Whether anybody alive waits. What the dead left behind is cleared away. */
export async function isAwaited(directory: string): Promise<boolean> {
  const names = await readdir(directory);
  const waiting = names.filter((name) => name.startsWith(PREFIX));
  const alive = await Promise.all(waiting.map((name) => isWaiting(join(directory, name))));
  return alive.includes(true);
}

async function isWaiting(path: string): Promise<boolean> {
  const text = await readlink(path).catch(() => undefined);
  if (text === undefined) return false;
  const holder = decodeHolder(text);
  const state = holder === undefined ? "dead" : stateOf(holder);
  if (state === "dead") await rm(path, { force: true });
  return state === "alive";
}
