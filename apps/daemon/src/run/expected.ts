import { dirname } from "node:path";
import type { Mount, RunSpec } from "@gantry/driver-api";
import type { ObservedRun } from "@gantry/reports";
import type { ExpectedRun } from "../store/expected-run.ts";

/** What a run of this spec must be, to be held against what it is: also by a daemon that never saw the spec. */
export function expectedOf(spec: RunSpec, user: string | undefined): ExpectedRun {
  const { image, memoryBytes, cpus, pids } = spec;
  return {
    ...(image.id === undefined ? {} : { imageId: image.id }),
    ...(user === undefined ? {} : { user }),
    privileged: spec.privileged,
    // A privileged program has them all: none is named.
    capabilities: spec.privileged ? [] : [...spec.capabilities],
    network: spec.network,
    mounts: spec.mounts.map((mount) => ({ ...mount })),
    engineSocket:
      typeof spec.engineSocket === "object" ? spec.engineSocket : spec.engineSocket === "raw",
    environment: spec.environment.map(({ name }) => name),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(pids === undefined ? {} : { pids }),
  };
}

/** Every way in which a run is not what was planned, as a sentence without its subject. Empty for one that keeps to its plan. */
export function differences(expected: ExpectedRun, seen: ObservedRun): readonly string[] {
  const mounts = { seen: seen.mounts.map(mountText), expected: expected.mounts.map(mountText) };
  return [
    ...imageDifference(expected, seen),
    ...userDifference(expected.user, seen.user),
    ...surplus("has the capability", seen.capabilities, expected.capabilities),
    ...surplus("lacks the capability", expected.capabilities, seen.capabilities),
    ...surplus("has the mount", mounts.seen, mounts.expected),
    ...surplus("lacks the mount", mounts.expected, mounts.seen),
    ...surplus("is given the variable", seen.environment, expected.environment),
    ...(seen.networks.includes(expected.network)
      ? []
      : [`is on the network ${seen.networks.join(" or ")} instead of ${expected.network}`]),
    ...flagDifference("privileged", seen.privileged, expected.privileged),
    ...socketDifference(expected.engineSocket, seen),
    ...limitDifference("memory", seen.memoryBytes, expected.memoryBytes),
    ...limitDifference("processors", seen.cpus, expected.cpus),
    ...limitDifference("processes", seen.pids, expected.pids),
  ];
}

function imageDifference(expected: ExpectedRun, { imageId }: ObservedRun): string[] {
  const isUnknown = expected.imageId === undefined || imageId === undefined;
  if (isUnknown || expected.imageId === imageId) return [];
  return [`runs the image ${imageId} instead of ${expected.imageId}`];
}

/** A name and a number may be the same user: only two of a kind can be told apart. */
function userDifference(planned: string | undefined, seen: string | undefined): string[] {
  if (planned === undefined || seen === undefined) return [];
  const wanted = toNumber(planned);
  const found = toNumber(seen);
  if (wanted === found || isNumber(wanted) !== isNumber(found)) return [];
  return [`runs as ${found} instead of ${wanted}`];
}

/** The user without the group, root as a number. */
function toNumber(text: string): string {
  const [user = ""] = text.split(":");
  return user === "" || user === "root" ? "0" : user;
}

function isNumber(user: string): boolean {
  return /^\d+$/.test(user);
}

/** Engines give paths back without what means nothing in them. */
function mountText({ source, target, readOnly }: Mount): string {
  return `${cleanPath(source)}:${cleanPath(target)}:${readOnly ? "ro" : "rw"}`;
}

function cleanPath(path: string): string {
  return path.replaceAll(/\/(?:\.?\/)+/g, "/").replace(/(?<=.)\/\.?$/, "");
}

function surplus(what: string, held: readonly string[], allowed: readonly string[]): string[] {
  return held.filter((one) => !allowed.includes(one)).map((one) => `${what} ${one}`);
}

function flagDifference(what: string, seen: boolean, planned: boolean): string[] {
  if (seen === planned) return [];
  return [seen ? `is ${what}` : `is not ${what}`];
}

/** A driver that shows the run a socket's directory, so that it can be made anew, names that. */
function socketDifference(
  planned: ExpectedRun["engineSocket"],
  { engineSocket, engineSocketSource }: ObservedRun,
): string[] {
  const flag = flagDifference("connected to the engine", engineSocket, planned !== false);
  if (flag.length > 0 || typeof planned === "boolean" || engineSocketSource === undefined)
    return flag;
  const source = cleanPath(engineSocketSource);
  const { path } = planned;
  if (source === cleanPath(path) || source === cleanPath(dirname(path))) return [];
  return [`is connected to the engine by ${source} instead of ${path}`];
}

function limitDifference(
  what: string,
  seen: number | undefined,
  planned: number | undefined,
): string[] {
  if (planned === undefined || seen === undefined || Math.abs(seen - planned) < planned / 100)
    return [];
  return [`may use ${what} up to ${seen} instead of ${planned}`];
}
