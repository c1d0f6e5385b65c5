import { readFileSync } from "node:fs";

/** One process of this boot: the number alone may have been given to another since. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in clock ticks since boot, as /proc/PID/stat has it. */
  readonly start: string;
}

/** Process `pid` as it is now; `undefined` when there is none. */
export function identify(pid: number): ProcessId | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field may hold spaces and parentheses: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    return { pid, start: fields[19] ?? "" };
  } catch {
    // It has ended.
    return undefined;
  }
}

export function isAlive(process: ProcessId): boolean {
  return identify(process.pid)?.start === process.start;
}

/** Sends a signal to exactly that process; false when it has ended. */
export function signalProcess(target: ProcessId, signal: NodeJS.Signals): boolean {
  if (!isAlive(target)) return false;
  try {
    return process.kill(target.pid, signal);
  } catch {
    // It ended between the look and the signal.
    return false;
  }
}

/** Names this boot of the machine. */
export function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
