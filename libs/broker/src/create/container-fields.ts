import { bind, mount, volumeDriver } from "./mounts.ts";
import { link, namespace, network, volumesFrom } from "./modes.ts";
import { endpointConfig } from "./network-fields.ts";
import {
  capability,
  hiddenPaths,
  killScore,
  logConfig,
  securityOption,
  storageOptions,
} from "./powers.ts";
import {
  type Fields,
  type Rule,
  each,
  free,
  isRecord,
  isZero,
  object,
  oneOf,
  record,
  refusedField,
  textOf,
  unset,
  withReach,
} from "./rules.ts";

/** Limits, which only ever narrow. */
export const RESOURCE_FIELDS: Fields = {
  BlkioWeight: free,
  CpuPeriod: free,
  CpuQuota: free,
  CpuShares: free,
  CpusetCpus: free,
  CpusetMems: free,
  Memory: free,
  MemoryReservation: free,
  MemorySwap: free,
  MemorySwappiness: free,
  NanoCpus: free,
  PidsLimit: free,
  Ulimits: free,
  // A container that is never killed can take the host's memory with it.
  OomKillDisable: withReach("privileged"),
  KernelMemory: unset,
  KernelMemoryTCP: unset,
  CpuRealtimePeriod: unset,
  CpuRealtimeRuntime: unset,
  BlkioWeightDevice: unset,
  BlkioDeviceReadBps: unset,
  BlkioDeviceWriteBps: unset,
  BlkioDeviceReadIOps: unset,
  BlkioDeviceWriteIOps: unset,
  CpuCount: unset,
  CpuPercent: unset,
  IOMaximumIOps: unset,
  IOMaximumBandwidth: unset,
  CgroupParent: withReach("privileged"),
  Devices: withReach("privileged"),
  DeviceCgroupRules: withReach("privileged"),
  DeviceRequests: withReach("privileged"),
};

export const HOST_FIELDS: Fields = {
  ...RESOURCE_FIELDS,
  Annotations: unset,
  AutoRemove: free,
  Binds: each(bind),
  CapAdd: each(capability),
  CapDrop: free,
  Capabilities: withReach("capabilities"),
  Cgroup: unset,
  CgroupnsMode: oneOf(["private"], "host-namespaces"),
  ConsoleSize: free,
  ContainerIDFile: unset,
  Dns: free,
  DnsOptions: free,
  DnsSearch: free,
  ExtraHosts: free,
  GroupAdd: free,
  Init: free,
  IpcMode: namespace(["none", "private", "shareable"]),
  Isolation: oneOf(["default"]),
  Links: each(link),
  LogConfig: logConfig,
  MaskedPaths: hiddenPaths,
  Mounts: each(mount),
  NetworkMode: network,
  OomScoreAdj: killScore,
  PidMode: namespace(["private"]),
  PortBindings: free,
  Privileged: withReach("privileged"),
  PublishAllPorts: free,
  ReadonlyPaths: hiddenPaths,
  ReadonlyRootfs: free,
  RestartPolicy: free,
  Runtime: withReach("privileged"),
  SecurityOpt: each(securityOption),
  ShmSize: free,
  StorageOpt: storageOptions,
  Sysctls: withReach("privileged"),
  Tmpfs: free,
  UTSMode: namespace([]),
  UsernsMode: namespace([]),
  VolumeDriver: volumeDriver,
  VolumesFrom: each(volumesFrom),
};

/** Anonymous volumes: paths, and nothing about them. */
const volumes: Rule = (value, place) => {
  if (isZero(value)) return;
  const isPlain = isRecord(value) && Object.keys(value).every((path) => /^\/[^:]*$/.test(path));
  if (!isPlain) throw refusedField(place, value);
};

const image: Rule = (value, place) => {
  const ref = textOf(value, place);
  place.findings.references.push({ kind: "image", ref, replace: place.replace });
};

/** What a container's program is and sees; also the body of a commit. */
export const PROGRAM_FIELDS: Fields = {
  ArgsEscaped: free,
  AttachStderr: free,
  AttachStdin: free,
  AttachStdout: free,
  Cmd: free,
  Domainname: free,
  Entrypoint: free,
  Env: free,
  ExposedPorts: free,
  Healthcheck: free,
  Hostname: free,
  Labels: free,
  MacAddress: free,
  NetworkDisabled: free,
  OnBuild: free,
  OpenStdin: free,
  Shell: free,
  StdinOnce: free,
  StopSignal: free,
  StopTimeout: free,
  Tty: free,
  User: free,
  Volumes: volumes,
  WorkingDir: free,
};

/** The body of `POST /containers/create`. */
export const containerBody: Rule = object({
  ...PROGRAM_FIELDS,
  Image: image,
  HostConfig: object(HOST_FIELDS),
  NetworkingConfig: object({ EndpointsConfig: endpoints }),
});

/** Networks by their names. */
function endpoints(value: unknown, place: Parameters<Rule>[1]): void {
  record(endpointConfig)(value, place);
  for (const name of isRecord(value) ? Object.keys(value) : [])
    network(name, { ...place, name: `${place.name}.${name}`, replace: () => undefined });
}

/** The body of `POST /containers/{container}/update`. */
export const updateBody: Rule = object({ ...RESOURCE_FIELDS, RestartPolicy: free });

/** The body of `POST /containers/{container}/exec`. */
export const execBody: Rule = object({
  AttachStderr: free,
  AttachStdin: free,
  AttachStdout: free,
  Cmd: free,
  ConsoleSize: free,
  Detach: free,
  DetachKeys: free,
  Env: free,
  Privileged: withReach("privileged"),
  Tty: free,
  User: free,
  WorkingDir: free,
  Container: unset,
});

/** The body of `POST /exec/{exec}/start`. */
export const execStartBody: Rule = object({ Detach: free, Tty: free, ConsoleSize: free });
