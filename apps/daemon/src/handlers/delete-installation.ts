import type { installationDelete } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { Fault } from "../fault.ts";
import { findInstallation } from "./find-installation.ts";
import type { Room } from "./room.ts";
import { bundleOwner } from "../run/bundle-owner.ts";

export function handleInstallationDelete(room: Room): HandlerOf<typeof installationDelete> {
  return async ({ name, namespace, force }) => {
    using _lease = room.leases.take({ namespace, name, operation: "delete" });
    await deleteInstallation(room, { name, namespace, force });
    return {};
  };
}

/** Removes an installation's records, outputs and logs. Throws `state-refused` unless it was uninstalled, or forced. */
export async function deleteInstallation(
  room: Room,
  {
    name,
    namespace,
    force,
  }: { readonly name: string; readonly namespace: string; readonly force: boolean },
): Promise<void> {
  const installation = findInstallation(room, { name, namespace });
  const claims = room.store.claims.of(installation.id);
  const last = claims.at(-1);
  const succeeded =
    last !== undefined && room.store.claims.results(last.id).at(-1)?.status === "succeeded";
  if (!force && !(succeeded && last.action === "uninstall")) {
    throw new Fault(
      "state-refused",
      `Installation ${name} has not been uninstalled: its last action was ${last?.action ?? "none"}.`,
      {
        hint: `Run \`gantry uninstall ${name}\` first. With --force only the record goes, and what it deployed stays.`,
      },
    );
  }
  room.store.installations.delete(installation.id);
  room.store.obtainedImages.forget(bundleOwner(namespace, name));
  for (const { id } of claims) room.store.outputs.forget(id);
  await room.operations.forget(claims.map(({ operationId }) => operationId));
}
