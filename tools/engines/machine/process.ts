import { readFileSync } from "node:fs";

/** When process `pid` began, in clock ticks since boot; `undefined` when there is none (or only its zombie). */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    // Not running, or a system without /proc.
    return undefined;
  }
}

/** Kills the process group that `pid` leads. A group that is gone is fine. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Already gone.
  }
}
