import type { SandboxHost } from "../../sandbox/host.ts";
import { startMapped } from "../../sandbox/mapped.ts";
import { Worker, workerCommand } from "./worker.ts";

/**
 * Starts the process for file work in user and mount namespaces of its own: there it is root over the ids that images
 * use, and its mounts are nobody else's. Aborting ends it.
 */
export async function startWorker(
  host: SandboxHost,
  options: {
    /** Where Node keeps compiled code between starts. */
    readonly cacheDir: string;
    readonly signal: AbortSignal;
  },
): Promise<Worker> {
  const words = workerCommand(host.mapping.kind);
  return new Worker(
    await startMapped(host, words, {
      signal: options.signal,
      env: { LC_ALL: "C", NODE_COMPILE_CACHE: options.cacheDir },
    }),
  );
}
