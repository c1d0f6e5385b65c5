import type { installationPlan } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { planAction } from "../plan/plan-action.ts";
import { nameOf } from "./name-of.ts";
import type { Room, Session } from "./room.ts";

export function handleInstallationPlan(
  room: Room,
  session: Session,
): HandlerOf<typeof installationPlan> {
  return async ({ action, ...options }, { signal }) => {
    // Read now: the handshake sets it after the handlers were made.
    const { environment } = session;
    const name = options.installation ?? (await nameOf(room, options, { environment, signal }));
    return { plan: await planAction(room, { action, name, options, environment, signal }) };
  };
}
