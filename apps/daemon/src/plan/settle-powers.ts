import type { Bundle } from "@gantry/cnab";
import type { Grant, Power, RunOptions } from "@gantry/protocol";
import { flagOfPower, powerInWords } from "@gantry/protocol/light";
import { Fault } from "../fault.ts";
import { bundlePowers } from "./bundle-powers.ts";
import {
  allows,
  distinct,
  ENGINE_SOCKET,
  mountOf,
  operatorPowers,
  RAW_ENGINE_SOCKET,
} from "./powers.ts";
import type { Powers } from "../run/spec.ts";

type GrantedTo = Pick<Grant, "power" | "value" | "asker">;

/** What a run asks for and what it gets. */
export interface SettledPowers {
  readonly requested: readonly Power[];
  readonly granted: readonly GrantedTo[];
  /** Asked for by the bundle and granted by nobody. */
  readonly missing: readonly Power[];
  /** What the run has: requested and granted. */
  readonly spec: Pick<Powers, "mounts" | "network" | "privileged" | "capabilities" | "engine">;
}

interface Asked {
  readonly bundle: Bundle;
  readonly options: RunOptions;
  /** What the installation was granted before. */
  readonly grants: readonly GrantedTo[];
}

/** Weighs what a bundle and the operator ask for against what is granted: before, and by the flags of now. */
export function settlePowers({ bundle, options, grants }: Asked): SettledPowers {
  const wanted = bundlePowers(bundle);
  const kept = options.network === undefined ? grants : grants.filter(isNoNetwork);
  const granted = distinct<GrantedTo>([
    ...kept,
    ...byDockerFlag(wanted, options).map((power) => ({ ...power, asker: "bundle" as const })),
    ...operatorPowers(options).map((power) => ({ ...power, asker: askerOf(power, wanted) })),
  ]);
  const own = granted.filter(({ asker }) => asker === "operator");
  const needed = options.network === undefined ? wanted : wanted.filter(isNoNetwork);
  const requested = distinct<Power>([...own.map(toPower), ...needed]);
  const missing = requested.filter((power) => !allows(granted, power));
  return { requested, granted, missing, spec: toSpec({ requested, missing, granted }, options) };
}

/** A flag that answers what the bundle asks for holds as long as the bundle asks; any other is the operator's own wish. */
function askerOf({ power, value }: Power, wanted: readonly Power[]): Grant["asker"] {
  const isAnswer = wanted.some((one) => one.power === power && one.value === value);
  return isAnswer ? "bundle" : "operator";
}

/** Porter's flag allows a filtered socket; its second word all that the bundle's `docker` extension asks for, privileged mode included. */
function byDockerFlag(wanted: readonly Power[], options: RunOptions): Power[] {
  if (!options.allowDockerHostAccess || !allows(wanted, ENGINE_SOCKET)) return [];
  if (options.allowDockerHostAccess !== "raw") return [ENGINE_SOCKET];
  return [RAW_ENGINE_SOCKET, ...wanted.filter(({ power }) => power === "privileged")];
}

function toSpec(
  { requested, missing, granted }: Omit<SettledPowers, "spec">,
  { network }: RunOptions,
): SettledPowers["spec"] {
  const held = requested.filter((power) => !missing.includes(power));
  const valuesOf = (name: Power["power"]) =>
    held.filter(({ power }) => power === name).map(({ value }) => value);
  return {
    mounts: held.filter(({ power }) => power === "mount").map(mountOf),
    network: network ?? valuesOf("network")[0] ?? "default",
    privileged: valuesOf("privileged").length > 0,
    capabilities: valuesOf("capability").toSorted(),
    engine: engineOf(valuesOf("engine-socket").length > 0, granted),
  };
}

function engineOf(isHeld: boolean, granted: readonly Power[]): Powers["engine"] {
  if (!isHeld) return "none";
  return allows(granted, RAW_ENGINE_SOCKET) ? "raw" : "brokered";
}

/** Refuses a run that asks for more than was granted, naming the flag for each. */
export function refuseMissing({ name }: Bundle, missing: readonly Power[]): Fault | undefined {
  const [first] = missing;
  if (first === undefined) return undefined;
  const words = missing.map(powerInWords).join(", ");
  const flags = missing.map(flagOfPower).join(" ");
  return new Fault("not-granted", `Bundle ${name} needs ${words}, which was not granted.`, {
    hint: `If you trust the bundle with this, and through it with the host, add ${flags}; see it first with \`gantry plan\`.`,
    details:
      missing.length > 1
        ? missing.map((power) => `${powerInWords(power)}: ${flagOfPower(power)}`)
        : [],
  });
}

function isNoNetwork({ power }: Power): boolean {
  return power !== "network";
}

function toPower({ power, value }: Power): Power {
  return { power, value };
}
