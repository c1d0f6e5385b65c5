import { noFilteredAddress } from "../errors.ts";
import type { PodmanOptions } from "../options.ts";

/** The path of the socket at which Podman listens. Throws `invalid-options` for an address of another kind. */
export function findSocket({ host }: PodmanOptions, uid = process.getuid?.() ?? 0): string {
  if (host === undefined) return uid === 0 ? ROOTS : `/run/user/${uid}/podman/podman.sock`;
  if (!host.startsWith("unix:")) throw noFilteredAddress(host);
  return host.replace(/^unix:(?:\/\/)?/u, "");
}

const ROOTS = "/run/podman/podman.sock";
