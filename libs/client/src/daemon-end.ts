import { readFileSync } from "node:fs";

/** Milliseconds that a daemon may take to end. */
const END_MS = 30_000;
const LOOK_MS = 10;

/** Waits for a daemon's process to end; `false` when it is still there after 30 s. */
export async function hasEnded(pid: number, signal?: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + END_MS;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

/** A process that has ended but that nobody has waited for, as under an init that reaps late or never, is no longer alive. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !isZombie(pid);
  } catch (error) {
    // A process of somebody else's is alive all the same.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Known on Linux alone; elsewhere nothing is. */
function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    // No /proc, or it has gone this moment: the signal says which.
    return false;
  }
}
