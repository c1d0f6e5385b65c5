import type { Mount } from "@gantry/driver-api";
import type { ObservedRun } from "@gantry/reports";
import type { ContainerPowersAnswer } from "../answers.ts";
import type { ContainerPowers } from "./container.ts";
import { ENGINE_LABEL } from "./container-config.ts";
import { ENGINE_SOCKET, SOCKET_DIR } from "./engine-socket.ts";

/** What the engine leaves to a container from which not everything was taken. */
const DEFAULT_CAPABILITIES: readonly string[] = [
  "CAP_AUDIT_WRITE",
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_MKNOD",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_RAW",
  "CAP_SETFCAP",
  "CAP_SETGID",
  "CAP_SETPCAP",
  "CAP_SETUID",
  "CAP_SYS_CHROOT",
];

/** Names of a volume that nobody named: it belongs to the container, and shows nothing of the host. */
const ANONYMOUS = /^[0-9a-f]{64}$/u;

/** A container in the contract's words. */
export function toObserved({ container, image }: ContainerPowers): ObservedRun {
  const { Config, HostConfig } = container;
  const shown = (container.Mounts ?? []).filter(
    ({ Type, Name = "" }) => Type === "bind" || (Type === "volume" && !ANONYMOUS.test(Name)),
  );
  const places = PLACES.get(Config.Labels?.[ENGINE_LABEL] ?? "") ?? [];
  const sockets = shown.filter(({ Destination }) => places.includes(Destination));
  const own = image?.Config?.Env ?? [];
  const added = (Config.Env ?? []).filter((entry) => !own.includes(entry));
  return {
    ...(container.Image.startsWith("sha256:") ? { imageId: container.Image } : {}),
    user: Config.User,
    privileged: HostConfig.Privileged,
    capabilities: HostConfig.Privileged ? [] : capabilitiesOf(HostConfig),
    networks: networksOf(HostConfig.NetworkMode),
    mounts: shown.filter((mount) => !sockets.includes(mount)).map(toMount),
    engineSocket: sockets.length > 0,
    ...(sockets[0] === undefined ? {} : { engineSocketSource: sockets[0].Source }),
    environment: added.map((entry) => entry.split("=")[0] ?? "").toSorted(),
    ...limitsOf(HostConfig),
  };
}

/** Where a socket is seen that the spec asked for, by the label's word. The engine may give a path back with its links followed. */
const PLACES: ReadonlyMap<string, readonly string[]> = new Map([
  ["raw", [ENGINE_SOCKET, ENGINE_SOCKET.replace("/var", "")]],
  ["brokered", [SOCKET_DIR]],
]);

function capabilitiesOf({ CapAdd, CapDrop }: ContainerPowersAnswer["HostConfig"]): string[] {
  const dropped = (CapDrop ?? []).map(fullName);
  const kept = dropped.includes("CAP_ALL")
    ? []
    : DEFAULT_CAPABILITIES.filter((name) => !dropped.includes(name));
  return [...new Set([...kept, ...(CapAdd ?? []).map(fullName)])].toSorted();
}

function fullName(name: string): string {
  return name.startsWith("CAP_") ? name : `CAP_${name}`;
}

/** The engine's usual network goes by two names, and engines differ in which of them they give back. */
function networksOf(mode: string): string[] {
  return mode === "default" || mode === "bridge" ? ["bridge", "default"] : [mode];
}

function toMount(mount: NonNullable<ContainerPowersAnswer["Mounts"]>[number]): Mount {
  const source = mount.Type === "volume" ? (mount.Name ?? mount.Source) : mount.Source;
  return { source, target: mount.Destination, readOnly: !mount.RW };
}

function limitsOf({ Memory, NanoCpus, PidsLimit }: ContainerPowersAnswer["HostConfig"]) {
  return {
    ...(isSet(Memory) ? { memoryBytes: Memory } : {}),
    ...(isSet(NanoCpus) ? { cpus: NanoCpus / 1e9 } : {}),
    ...(isSet(PidsLimit) ? { pids: PidsLimit } : {}),
  };
}

function isSet(value: number | null | undefined): value is number {
  return typeof value === "number" && value > 0;
}
