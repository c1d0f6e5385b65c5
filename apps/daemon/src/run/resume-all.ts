import type { Operation } from "@gantry/protocol";
import type { Room } from "../handlers/room.ts";
import { closeAbandoned } from "./close-claim.ts";
import { sweepAccess } from "./engine-access.ts";
import { resumeOperation } from "./resume-run.ts";

/** Takes up every operation that an earlier daemon left. */
export async function resumeAll(room: Room): Promise<void> {
  closeAbandoned(room.store, room.store.claims.abandoned());
  const left = room.store.operations.list({ running: true, limit: 10_000 });
  const runs = left.flatMap(({ id }) => room.store.operations.resume(id)?.runId ?? []);
  await sweepAccess(room.home, runs);
  for (const operation of left) await resumeOne(room, operation);
}

async function resumeOne(room: Room, operation: Operation): Promise<void> {
  const { namespace, installation: name, action, kind } = operation;
  const lease =
    namespace === undefined || name === undefined
      ? undefined
      : room.leases.take({ namespace, name, operation: action ?? kind });
  await room.operations.resume(operation, async (context) => {
    using _lease = lease;
    await resumeOperation(room, operation, context);
  });
}
