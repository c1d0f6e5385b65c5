import { spawn } from "node:child_process";
import { once } from "node:events";
import { ToolFailedError } from "../errors.ts";

/**
 * Waits for an exclusive lock on a file and holds it until disposal.
 * The kernel lets go of it when this process dies, so no lock is ever stale.
 */
export async function lockFile(path: string, signal: AbortSignal): Promise<AsyncDisposable> {
  const child = spawn("flock", [path, "sh", "-c", "echo held; read -r _"], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
    signal,
  });
  const closed = new Promise((resolve) => {
    child.once("close", resolve).once("error", resolve);
  });
  child.stdin.on("error", () => undefined);
  await Promise.race([once(child.stdout, "data"), closed]);
  signal.throwIfAborted();
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    throw new ToolFailedError(`flock ${path}`, "failed (it is part of util-linux)", "");
  }
  return {
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await closed;
    },
  };
}
