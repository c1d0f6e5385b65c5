import type {
  driverInspect,
  driverInstall,
  driverPackages,
  driverPush,
  driverRemove,
  driverRestore,
  driverSearch,
} from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { inspectDriver } from "../drivers/inspect-driver.ts";
import { installDriver, installedView } from "../drivers/install-driver.ts";
import { damageOf } from "../drivers/damage.ts";
import { toInstalled } from "../drivers/package-view.ts";
import { pushDriver } from "../drivers/push-driver.ts";
import { removeDriver } from "../drivers/remove-driver.ts";
import { restoreLock } from "../drivers/restore-lock.ts";
import { searchDrivers } from "../drivers/search-drivers.ts";
import type { Room, Session } from "./room.ts";

export function handleDriverInspect(room: Room, session: Session): HandlerOf<typeof driverInspect> {
  return async (params, { signal }) =>
    inspectDriver(room.drivers, { ...params, environment: all(session, params) }, signal);
}

export function handleDriverInstall(room: Room): HandlerOf<typeof driverInstall> {
  return async ({ grant, ...params }, { signal }) =>
    installDriver(room.drivers, { ...params, grant }, signal);
}

export function handleDriverRestore(room: Room, session: Session): HandlerOf<typeof driverRestore> {
  return async (params, { signal }) => {
    const request = { ...params, environment: all(session, params) };
    return { installed: [...(await restoreLock(room.drivers, request, signal))] };
  };
}

/** One by name with every byte of it checked; all of them without. */
export function handleDriverPackages({ drivers }: Room): HandlerOf<typeof driverPackages> {
  return async ({ name }) => {
    if (name === undefined) {
      const records = await drivers.installed.records();
      return { packages: await Promise.all(records.map((one) => toInstalled(drivers, one))) };
    }
    const found = await installedView(drivers, name);
    if (found.sha512 === undefined || found.refused !== undefined) return { packages: [found] };
    const { code, message, hint } = (await damageOf(drivers.store.verify(found.sha512))) ?? {};
    if (code === undefined || message === undefined || hint === undefined)
      return { packages: [found] };
    return { packages: [{ ...found, refused: { code, message, hint } }] };
  };
}

export function handleDriverRemove(room: Room): HandlerOf<typeof driverRemove> {
  return async (params, { signal }) => {
    const { operations, obtainedImages } = room.store;
    const workOf = (driver: string) => room.endpoints.workOf(driver);
    return {
      version: await removeDriver(
        { ...room.drivers, operations, obtainedImages, workOf },
        params,
        signal,
      ),
    };
  };
}

export function handleDriverSearch(room: Room, session: Session): HandlerOf<typeof driverSearch> {
  return async (params, { signal }) => {
    const request = { ...params, environment: all(session, params) };
    const { found, ...notice } = await searchDrivers(room.drivers, request, signal);
    return { found: [...found], ...notice };
  };
}

export function handleDriverPush(room: Room, session: Session): HandlerOf<typeof driverPush> {
  return async (params, { signal }) =>
    pushDriver(room.drivers, params, { environment: session.environment, signal });
}

/** What the client told when it connected, and with this request. */
function all(
  session: Session,
  { environment }: { readonly environment: Readonly<Record<string, string>> },
): Readonly<Record<string, string>> {
  return { ...session.environment, ...environment };
}
