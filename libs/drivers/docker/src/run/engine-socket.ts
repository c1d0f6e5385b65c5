import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { EngineAccess } from "@gantry/driver-api";
import { type Address, formatAddress } from "../address.ts";
import { unsupported } from "../errors.ts";

/** Where a program finds the engine. */
export const ENGINE_SOCKET = "/var/run/docker.sock";
/** Where the directory of a caller's socket is seen. */
export const SOCKET_DIR = "/run/gantry-engine";

/** How a run gets to see an engine. */
export interface SeenSocket {
  readonly mount: object;
  /** Group that may use it; absent when everybody may, or when it cannot be seen from here. */
  readonly gid?: number;
}

/** The mount of a socket. Of a caller's the directory is mounted: a socket that is made anew would not be seen otherwise. */
export async function seenSocket(
  access: EngineAccess,
  address: () => Promise<Address>,
): Promise<SeenSocket | undefined> {
  if (access === false) return undefined;
  if (access !== "raw") {
    const Source = dirname(access.path);
    return { mount: { Type: "bind", Source, Target: SOCKET_DIR, ReadOnly: true } };
  }
  const { path, gid } = await hostSocket(await address());
  const mount = { Type: "bind", Source: path, Target: ENGINE_SOCKET, ReadOnly: false };
  return { mount, ...(gid !== undefined && { gid }) };
}

/** In a word. */
export function kindOf(access: Exclude<EngineAccess, false>): "raw" | "brokered" {
  return access === "raw" ? "raw" : "brokered";
}

/** The link that leads from the usual place to a caller's socket. */
export function socketLink(access: EngineAccess): { path: string; target: string } | undefined {
  if (access === false || access === "raw") return undefined;
  return { path: ENGINE_SOCKET, target: `${SOCKET_DIR}/${basename(access.path)}` };
}

/** The path of the engine's socket, when it is on this machine. */
export function localSocket(address: Address): string {
  if (address.kind === "unix") return address.path;
  throw unsupported(
    "engine-socket",
    `The engine at ${formatAddress(address)} is reached over a network, so its socket cannot be filtered on the way to a run.`,
    "Choose an engine on this machine, or give the run the engine's own socket with --allow-docker-host-access=raw.",
  );
}

/** The engine's socket as seen by its host. An engine that is reached over a network is taken to listen at the usual path too. */
async function hostSocket(address: Address): Promise<{ path: string; gid?: number }> {
  if (address.kind === "tcp") return { path: ENGINE_SOCKET };
  if (address.kind === "ssh") return { path: address.target.socket ?? ENGINE_SOCKET };
  return { path: address.path, gid: (await stat(address.path)).gid };
}
