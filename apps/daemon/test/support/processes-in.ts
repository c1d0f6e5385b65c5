import { readdirSync, readlinkSync } from "node:fs";

/** The processes whose working directory is below `directory`, also when that is gone already: a driver's is its state directory. */
export function processesIn(directory: string): string[] {
  return readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && cwdOf(pid).startsWith(directory),
  );
}

function cwdOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It ended meanwhile, or is another user's.
    return "";
  }
}
