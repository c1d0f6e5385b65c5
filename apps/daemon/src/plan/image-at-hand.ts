import { DriverError } from "@gantry/driver-api";
import type { Image } from "@gantry/reports";
import { within } from "../endpoints/within.ts";
import { Fault } from "../fault.ts";
import type { SettledRun } from "../run/settle-run.ts";

/** Milliseconds for an engine to say what it knows of an image. */
const ANSWER_MS = 5_000;

/** The image as the chosen endpoint holds it, asked only where the daemon does not know all of it; `undefined` when the engine cannot say. */
export async function imageAtHand(
  { choice, toRun }: SettledRun,
  signal: AbortSignal,
): Promise<Image | undefined> {
  const { instance, name } = choice.endpoint;
  const isKnown = toRun.user !== undefined || toRun.isToBuild === true;
  if (isKnown || choice.away !== undefined || instance.images === undefined) return undefined;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const asked = instance.images.inspect(toRun.image, limit);
    return await within(asked, { ms: ANSWER_MS + 500, what: `Endpoint ${name}` });
  } catch (error) {
    // A plan needs no engine: what it cannot know it leaves out.
    if (error instanceof DriverError || error instanceof Fault) return undefined;
    throw error;
  }
}
