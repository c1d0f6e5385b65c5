import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../errors.ts";
import { decodeHolder, encodeHolder, selfHolder, stateOf } from "./holder.ts";

/** While held, nothing that is put or retained in the store is collected. Ends with its process at the latest. */
export interface Lease extends AsyncDisposable {
  readonly id: string;
}

/** Leases and drafts of a process in another pid namespace are given up after this. */
const UNKNOWN_MS = 24 * 60 * 60_000;

/** Takes a lease in `directory`. */
export async function takeLease(directory: string): Promise<Lease> {
  const id = `${encodeHolder(selfHolder())}_${randomUUID()}`;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, id), "");
  return { id, [Symbol.asyncDispose]: () => rm(join(directory, id), { force: true }) };
}

/**
 * Removes the files in `directory` whose process is gone; gives the time (ms) of the oldest that remains, or
 * infinity.
 */
export async function sweepOwned(directory: string): Promise<number> {
  let oldest = Number.POSITIVE_INFINITY;
  for (const name of await readdir(directory).catch(none)) {
    const path = join(directory, name);
    const since = (await stat(path).catch(gone))?.mtimeMs;
    if (since === undefined) continue;
    if (isLive(name, since)) oldest = Math.min(oldest, since);
    else await rm(path, { force: true });
  }
  return oldest;
}

function isLive(name: string, since: number): boolean {
  const holder = decodeHolder(name.split("_")[0] ?? "");
  const state = holder === undefined ? "unknown" : stateOf(holder);
  return state === "alive" || (state === "unknown" && Date.now() - since < UNKNOWN_MS);
}

function none(error: unknown): string[] {
  if (systemCode(error) === "ENOENT") return [];
  throw error;
}

function gone(error: unknown): undefined {
  if (systemCode(error) === "ENOENT") return undefined;
  throw error;
}
