import { readdirSync, readFileSync } from "node:fs";

const FIRST_OF_OTHERS = 3;
const CLOSE_ON_EXEC = 0o2000000;

/**
 * Descriptors beyond the standard ones that this process was started with and hands on to every program that it
 * starts: they would lead out of a sandbox. Node closes those that it opened itself.
 */
export function inheritedDescriptors(): number[] {
  const open = readdirSync("/proc/self/fd").map(Number);
  return open.filter((fd) => fd >= FIRST_OF_OTHERS && isHandedOn(fd));
}

function isHandedOn(fd: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // The descriptor of the listing itself.
    return false;
  }
}
