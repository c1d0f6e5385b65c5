import type { Power } from "./power.ts";

/** The flag of a command that grants a power. */
export function flagOfPower({ power, value }: Power): string {
  if (power === "capability") return `--cap-add ${value.replace(/^CAP_/, "")}`;
  if (power === "mount") return `--mount-host-volume ${value}`;
  if (power === "network") return `--network ${value}`;
  if (power === "privileged") return "--privileged";
  return value === "" ? "--allow-docker-host-access" : `--allow-docker-host-access=${value}`;
}

/** A power in words, to stand behind "needs" and "has". */
export function powerInWords({ power, value }: Power): string {
  if (power === "capability") return `the capability ${value}`;
  if (power === "mount") return `the mount ${value}`;
  if (power === "network") return `the network ${value}`;
  if (power === "privileged") return "privileged mode";
  return value === "" ? "access to the Docker engine" : "the Docker engine's own socket";
}
