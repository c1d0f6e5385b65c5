import { rm } from "node:fs/promises";
import { sandboxFailed } from "../errors.ts";
import type { SandboxHost } from "../sandbox/host.ts";
import { startMapped } from "../sandbox/mapped.ts";

/** Removes directories whatever owns what is in them. One that is not there is removed already. */
export async function removeTrees(
  host: SandboxHost,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const left: string[] = [];
  for (const path of paths) {
    await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => left.push(path));
  }
  if (left.length > 0) await removeMapped(host, left, signal);
}

async function removeMapped(
  host: SandboxHost,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await using child = await startMapped(host, [host.tools.rm, "-rf", "--", ...paths], {
    signal,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  for await (const chunk of child.stderr) said = (said + String(chunk)).slice(-2_000);
  if ((await child.exit).code !== 0) throw sandboxFailed("remove", said);
}
