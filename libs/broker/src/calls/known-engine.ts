import { z } from "zod";
import { Denied } from "../denied.ts";
import type { Room } from "../room.ts";
import type { Engine } from "../transport/engine.ts";

const Version = z.object({
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

const known = new WeakMap<Engine, Promise<boolean>>();

/**
 * The rules of Docker's interface hold for Docker's engine. Podman answers to it too, and reads the same requests in
 * other ways: a comma in a mount's source begins an option, a variable without a value is taken from its own
 * environment. Throws `Denied` before it.
 */
export async function refuseOtherEngine(
  { engine, power }: Pick<Room, "engine" | "power">,
  signal: AbortSignal,
): Promise<void> {
  if (power.api === "podman") return;
  const isOther = await isPodman(engine);
  signal.throwIfAborted();
  if (isOther) {
    throw new Denied(
      403,
      "This engine is Podman, and Docker's interface of Podman is not filtered: use the podman driver, or the engine's own socket.",
    );
  }
}

/** Asked once for all who want to know, so no one of them can call it off; anew when the engine was away. */
async function isPodman(engine: Engine): Promise<boolean> {
  const { signal } = new AbortController();
  const asked =
    known.get(engine) ?? engine.ask("/version", { schema: Version, signal }).then(namesPodman);
  known.set(engine, asked);
  try {
    return await asked;
  } catch (error) {
    known.delete(engine);
    throw error;
  }
}

function namesPodman(version: z.infer<typeof Version> | undefined): boolean {
  return version?.Components?.some(({ Name }) => /podman/iu.test(Name)) === true;
}
