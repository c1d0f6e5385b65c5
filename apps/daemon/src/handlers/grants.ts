import type { grantList, grantRevoke, Power } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { powerInWords } from "@gantry/protocol/light";
import { Fault } from "../fault.ts";
import { ENGINE_SOCKET } from "../plan/powers.ts";
import { findInstallation } from "./find-installation.ts";
import type { Room } from "./room.ts";

export function handleGrantList(room: Room): HandlerOf<typeof grantList> {
  return async (key) => ({ grants: room.store.grants.of(findInstallation(room, key).id) });
}

export function handleGrantRevoke(room: Room): HandlerOf<typeof grantRevoke> {
  return async ({ powers, ...key }) => {
    const { grants } = room.store;
    const { id, name } = findInstallation(room, key);
    const held = grants.of(id).map(({ power, value }) => ({ power, value }));
    const revoked = (powers ?? held).flatMap((power) => withItsMore(power, held));
    const unknown = revoked.find((one) => !held.some((power) => isSame(power, one)));
    if (unknown !== undefined) throw notHeld(name, unknown);
    room.store.transaction(() => {
      for (const power of revoked) grants.revoke(id, power);
    });
    return { revoked, grants: grants.of(id) };
  };
}

/** Who takes access to the engine away means also the second word for it. */
function withItsMore(revoked: Power, held: readonly Power[]): readonly Power[] {
  if (!isSame(revoked, ENGINE_SOCKET)) return [revoked];
  const sockets = held.filter(({ power }) => power === "engine-socket");
  return sockets.length === 0 ? [revoked] : sockets;
}

function isSame(one: Power, other: Power): boolean {
  return one.power === other.power && one.value === other.value;
}

function notHeld(name: string, power: Power): Fault {
  return new Fault("not-found", `Installation ${name} was not granted ${powerInWords(power)}.`, {
    hint: `See \`gantry grants list ${name}\` for what it has.`,
  });
}
