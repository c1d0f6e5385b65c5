import { open, readFile, rename, rm } from "node:fs/promises";
import {
  formatLock,
  type LockedDriver,
  type LockedDrivers,
  parseLock,
} from "@gantry/driver-package";
import { fromLockSource, toLockSource } from "./lock-path.ts";

/** The drivers of a lock file, their sources absolute; none where there is no file. Throws `lock-invalid`. */
export async function readLock(path: string): Promise<LockedDrivers> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return {};
  const entries = Object.entries(parseLock(text, path));
  return Object.fromEntries(entries.map(([name, one]) => [name, fromLockSource(one, path)]));
}

/** Writes a lock file anew: as a whole, or not at all. */
export async function writeLock(path: string, drivers: LockedDrivers): Promise<void> {
  const entries = Object.entries(drivers).map(([name, driver]): [string, LockedDriver] => [
    name,
    { ...driver, source: toLockSource(driver.source, path) },
  ]);
  await replaceFile(path, formatLock(Object.fromEntries(entries)));
}

/** Puts a file in the place of another in one step. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.${crypto.randomUUID()}`;
  try {
    {
      await using file = await open(draft, "wx", 0o644);
      await file.writeFile(text);
      await file.sync();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
