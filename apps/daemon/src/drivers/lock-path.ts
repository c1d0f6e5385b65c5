import { dirname, isAbsolute, relative, resolve } from "node:path";
import { formatSource, type LockedDriver, parseSource } from "@gantry/driver-package";

/** A source as a lock file at `lock` writes it: what lies beside the lock file is named relative to it. */
export function toLockSource(source: string, lock: string): string {
  const parsed = parseSource(source);
  if (parsed.kind !== "file") return source;
  const path = relative(dirname(lock), parsed.path);
  const isBeside = path !== "" && !path.startsWith("..") && !isAbsolute(path);
  return isBeside ? formatSource({ kind: "file", path: `./${path}` }) : source;
}

/** The same source, whatever directory is the current one. */
export function fromLockSource(driver: LockedDriver, lock: string): LockedDriver {
  const parsed = parseSource(driver.source);
  if (parsed.kind !== "file") return driver;
  const path = resolve(dirname(lock), parsed.path);
  return { ...driver, source: formatSource({ kind: "file", path }) };
}
