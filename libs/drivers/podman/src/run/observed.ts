import type { Mount } from "@gantry/driver-api";
import type { ObservedRun } from "@gantry/reports";
import type { ContainerPowersAnswer, ImageAnswer } from "../engine/answers.ts";
import { NETWORK_LABEL } from "./container-spec.ts";

/** What Podman gives every program, beyond the image and the request. */
const PODMANS_OWN =
  /^(?:TERM=xterm|container=\w+|HOSTNAME=.*|HOME=.*|PATH=(?:\/usr\/local\/sbin:)?\/usr\/local\/bin:(?:\/usr\/sbin:)?\/usr\/bin:(?:\/sbin:)?\/bin)$/u;

/** Names of a volume that nobody named: it belongs to the container, and shows nothing of the host. */
const ANONYMOUS = /^[0-9a-f]{64}$/u;

/** A container in the contract's words. */
export function toObserved(
  container: ContainerPowersAnswer,
  image: ImageAnswer | undefined,
): ObservedRun {
  const { Config, HostConfig } = container;
  const own = image?.Config?.Env ?? [];
  const added = (Config.Env ?? []).filter((one) => !own.includes(one) && !PODMANS_OWN.test(one));
  const shown = (container.Mounts ?? []).filter(
    ({ Type, Name }) => Type === "bind" || (Type === "volume" && !ANONYMOUS.test(Name)),
  );
  return {
    imageId: `sha256:${container.Image}`,
    user: Config.User,
    privileged: HostConfig.Privileged,
    capabilities: HostConfig.Privileged ? [] : (container.BoundingCaps ?? []).toSorted(),
    networks: networksOf(container),
    mounts: shown.map(toMount),
    engineSocket: false,
    environment: added.map((entry) => entry.split("=")[0] ?? "").toSorted(),
    ...limitsOf(HostConfig),
  };
}

/** Which network is the usual one is for Podman's configuration to say: one that was left to it is called that too. */
function networksOf({ Config, HostConfig, NetworkSettings }: ContainerPowersAnswer): string[] {
  const named = Object.keys(NetworkSettings?.Networks ?? {});
  const { NetworkMode: mode } = HostConfig;
  const words = mode === "bridge" && named.length > 0 ? named : [mode];
  return Config.Labels?.[NETWORK_LABEL] === "default" ? [...words, "default"] : words;
}

function toMount(mount: NonNullable<ContainerPowersAnswer["Mounts"]>[number]): Mount {
  const source = mount.Type === "volume" && mount.Name !== "" ? mount.Name : mount.Source;
  return { source, target: mount.Destination, readOnly: !mount.RW };
}

function limitsOf({ Memory, NanoCpus, PidsLimit }: ContainerPowersAnswer["HostConfig"]) {
  return {
    ...(Memory > 0 && { memoryBytes: Memory }),
    ...(NanoCpus > 0 && { cpus: NanoCpus / 1e9 }),
    ...(PidsLimit > 0 && { pids: PidsLimit }),
  };
}
