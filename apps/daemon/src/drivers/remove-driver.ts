import { Fault } from "../fault.ts";
import type { OperationRecords } from "../store/operations.ts";
import type { ObtainedImages } from "../store/obtained-images.ts";
import { type DriverRoom, LOCK_TURN } from "./driver-room.ts";
import { notInstalled } from "./inspect-driver.ts";
import { readLock, writeLock } from "./lock-store.ts";

export interface RemoveRequest {
  readonly name: string;
  readonly lock?: string;
}

interface RemoveRoom extends DriverRoom {
  readonly operations: OperationRecords;
  readonly obtainedImages: ObtainedImages;
  /** What a driver does right now besides runs, as clauses. */
  workOf(driver: string): readonly string[];
}

/** Removes a driver from this home. Its content stays until nothing needs it. Throws `busy` while an operation uses it, or it builds or moves an image. */
export function removeDriver(
  room: RemoveRoom,
  { name, lock }: RemoveRequest,
  signal: AbortSignal,
): Promise<string> {
  return room.turns.take(LOCK_TURN, signal, async () => {
    const { [name]: removed, ...others } = await room.installed.locked();
    if (removed === undefined) throw notInstalled(name);
    const user = userOf(room.operations, name);
    if (user !== undefined) {
      throw new Fault("busy", `The driver ${name} is used by operation ${user}.`, {
        hint: `Wait for it, or stop it: \`gantry logs\` follows it.`,
      });
    }
    const [work] = room.workOf(name);
    if (work !== undefined) {
      throw new Fault("busy", `The driver ${name} is used: ${work}.`, {
        hint: "Wait for it, or stop what asked for it with Ctrl-C.",
      });
    }
    if (lock !== undefined) {
      const { [name]: pinned, ...rest } = await readLock(lock);
      if (pinned !== undefined) await writeLock(lock, rest);
    }
    await room.installed.replace(others);
    room.obtainedImages.forget({ kind: "driver", name });
    return removed.version;
  });
}

/** The running operation whose run is the driver's. */
function userOf(operations: OperationRecords, name: string): string | undefined {
  const running = operations.list({ running: true, limit: 10_000 });
  return running.find(({ id }) => operations.resume(id)?.driver === name)?.id;
}
