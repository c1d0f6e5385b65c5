import { mkdir } from "node:fs/promises";
import { posix } from "node:path";
import { unconfinedEnvironment } from "./environment.ts";
import { resolveCommand } from "./package/program.ts";
import type { VerifiedCopy } from "./package/verified-copy.ts";
import type { Confined, ConfineRequest } from "./request.ts";

/** How to start a driver where the machine cannot confine: what was checked is still what runs, and its environment its own. */
export async function leaveUnconfined(
  request: ConfineRequest,
  copy: VerifiedCopy,
  reason: string,
): Promise<Omit<Confined, typeof Symbol.asyncDispose>> {
  const start = await resolveCommand(request, copy);
  const [first = "", ...args] = request.command;
  const own = `${copy.directory}/${posix.normalize(first)}`;
  const command = first.includes("/") ? own : (start.programs[0]?.file ?? first);
  await mkdir(request.stateDir, { recursive: true, mode: 0o700 });
  await mkdir(request.contentDir, { recursive: true, mode: 0o700 });
  return {
    command,
    args,
    env: unconfinedEnvironment(request),
    cwd: copy.directory,
    confinement: { state: "unconfined", missing: [`everything: ${reason}`] },
  };
}
