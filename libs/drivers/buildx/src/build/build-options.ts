import type { BuildRequest, CacheLocation } from "@gantry/driver-api";
import { invalidRequest } from "../errors.ts";
import type { BuildRoom, RoomSecret } from "./build-room.ts";

/** The plugin's options for `request`. No secret is among them: those are files of the room. */
export function buildOptions(request: BuildRequest, room: BuildRoom): readonly string[] {
  return [
    "--progress=rawjson",
    // A manifest and nothing beside it, as every engine takes it.
    "--provenance=false",
    ...option("--metadata-file", room.metadataFile),
    ...option("--file", room.dockerfile),
    ...flag("--no-cache", request.noCache),
    ...flag("--pull", request.pull),
    ...(request.target === undefined ? [] : option("--target", request.target)),
    ...(request.platforms.length === 0 ? [] : option("--platform", request.platforms.join(","))),
    ...pairs("--build-arg", request.buildArgs),
    ...pairs("--label", request.labels),
    ...pairs("--build-context", request.contexts),
    ...each("--secret", room.secrets.map(secretFields)),
    ...each("--ssh", request.ssh.map(sshField)),
    ...each("--cache-from", request.cacheFrom.map(cacheFields)),
    ...each("--cache-to", request.cacheTo.map(cacheFields)),
    ...each("--add-host", request.extraHosts),
    ...networkOptions(request.network),
    // After this, whatever begins with a dash is a path.
    "--",
    request.contextDir,
  ];
}

function networkOptions(network: BuildRequest["network"]): readonly string[] {
  if (network === "default") return [];
  const allowed = network === "host" ? ["--allow", "network.host"] : [];
  return ["--network", network, ...allowed];
}

function option(name: string, value: string): readonly string[] {
  return [name, value];
}

function flag(name: string, isSet: boolean): readonly string[] {
  return isSet ? [name] : [];
}

function each(name: string, values: readonly string[]): readonly string[] {
  return values.flatMap((value) => [name, value]);
}

function pairs(name: string, values: Readonly<Record<string, string>>): readonly string[] {
  return each(
    name,
    Object.entries(values).map(([key, value]) => `${key}=${value}`),
  );
}

function secretFields({ id, source }: RoomSecret): string {
  return csv([`id=${id}`, `src=${source}`]);
}

/** The plugin takes several sockets for one id, with commas between them. */
function sshField({ id, socket }: BuildRequest["ssh"][number]): string {
  if (!socket.includes(",")) return `${id}=${socket}`;
  throw invalidRequest(
    `The path of the SSH agent ${id} has a comma, which buildx reads as two paths.`,
    "Give the socket a link without one.",
  );
}

function cacheFields({ type, attributes }: CacheLocation): string {
  return csv([`type=${type}`, ...Object.entries(attributes).map((pair) => pair.join("="))]);
}

/** One line of comma-separated values, as RFC 4180 quotes them. */
export function csv(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\n]/u.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(",");
}
