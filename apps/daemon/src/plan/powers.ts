import type { Mount } from "@gantry/driver-api";
import type { Power, RunOptions } from "@gantry/protocol";

/** Networks that reach no further than a run usually does: nobody has to grant them. */
const OPEN_NETWORKS: readonly string[] = ["default", "none"];

/** The power to see a directory of the host. */
export function mountPower({ source, target, readOnly }: Mount): Power {
  return { power: "mount", value: `${source}:${target}:${readOnly ? "ro" : "rw"}` };
}

/** The mount behind a power. */
export function mountOf({ value }: Power): Mount {
  const [source = "", target = "", mode] = value.split(":");
  return { source, target, readOnly: mode !== "rw" };
}

/** The powers of a network: none for one that nobody has to grant. */
export function networkPowers(network: string | undefined): Power[] {
  if (network === undefined || OPEN_NETWORKS.includes(network)) return [];
  return [{ power: "network", value: network }];
}

/** What the operator asks for, and grants by asking. */
export function operatorPowers(options: RunOptions): Power[] {
  return [
    ...options.capabilities.map((value): Power => ({ power: "capability", value })),
    ...options.mounts.map(mountPower),
    ...networkPowers(options.network),
    ...(options.privileged ? [PRIVILEGED] : []),
  ];
}

export const PRIVILEGED: Power = { power: "privileged", value: "" };
/** A filtered socket of the engine: what a bundle asks for. */
export const ENGINE_SOCKET: Power = { power: "engine-socket", value: "" };
/** The engine's own. */
export const RAW_ENGINE_SOCKET: Power = { power: "engine-socket", value: "raw" };

/** Whether one of `held` allows `asked`: the same power, or the same mount or socket with more. */
export function allows(held: readonly Power[], asked: Power): boolean {
  const values = [asked.value, ...withMore(asked)];
  return held.some(({ power, value }) => power === asked.power && values.includes(value));
}

function withMore({ power, value }: Power): string[] {
  if (power === "mount" && value.endsWith(":ro")) return [value.replace(/:ro$/, ":rw")];
  return power === "engine-socket" ? [RAW_ENGINE_SOCKET.value] : [];
}

/** `powers`, each once. */
export function distinct<One extends Power>(powers: readonly One[]): One[] {
  return [...new Map(powers.map((one) => [`${one.power} ${one.value}`, one])).values()];
}
