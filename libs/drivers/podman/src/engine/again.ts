import { setTimeout as delay } from "node:timers/promises";
import { PodmanFault } from "./podman-fault.ts";

/** What Podman says when a layer that it has just read of was removed with another image, or a program ended while it was looked at. */
const STUMBLED =
  /layer not known|identifier is not a layer|reading (?:top )?layer|is not an image|\/proc\/\d+\/\w+: no such (?:process|file)/iu;
const ATTEMPTS = 4;
const PAUSE_MS = 200;

/** Does `work`, and does it again when Podman stumbled over something that went away at that moment. */
export async function again<Result>(
  work: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!hasStumbled(error) || attempt === ATTEMPTS) throw error;
      await delay(attempt * PAUSE_MS, undefined, { signal });
    }
  }
}

function hasStumbled(error: unknown): boolean {
  return error instanceof PodmanFault && STUMBLED.test(error.complaint);
}
