import { nearest } from "@gantry/cnab";
import { Fault } from "../fault.ts";
import type { ClaimRow } from "../store/claims.ts";
import type { InstallationRow } from "../store/installations.ts";
import type { Room } from "./room.ts";

interface Key {
  readonly name: string;
  readonly namespace: string;
}

/** The installation of that name. Throws `not-found`, with the nearest name that exists. */
export function findInstallation({ store }: Room, { name, namespace }: Key): InstallationRow {
  const found = store.installations.find(namespace, name);
  if (found !== undefined) return found;
  const names = store.installations.list({ namespace, labels: {}, skip: 0 }).map((row) => row.name);
  const near = nearest(name, names);
  const where = namespace === "" ? "" : ` in namespace ${namespace}`;
  throw new Fault("not-found", `There is no installation ${name}${where}.`, {
    hint: near === undefined ? "See `gantry list --all-namespaces`." : `Did you mean ${near}?`,
  });
}

/** One run of an installation: the one named, else the last. */
export function findClaim(room: Room, key: Key & { readonly runId?: string }): ClaimRow {
  const installation = findInstallation(room, key);
  const { runId } = key;
  const claim =
    runId === undefined ? room.store.claims.last(installation.id) : room.store.claims.find(runId);
  if (claim !== undefined && claim.installationId === installation.id) return claim;
  throw new Fault(
    "not-found",
    runId === undefined
      ? `Installation ${key.name} has no run yet.`
      : `Installation ${key.name} has no run ${runId}.`,
    {
      hint: `See \`gantry runs list ${key.name}\`.`,
    },
  );
}
