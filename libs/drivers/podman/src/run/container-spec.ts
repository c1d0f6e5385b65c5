import type { RunSpec } from "@gantry/driver-api";

export const RUN_LABEL = "dev.gantry.run";
export const OWNER_LABEL = "dev.gantry.owner";
export const OUTPUTS_LABEL = "dev.gantry.outputs";
/** The network that was asked for, in the contract's words. */
export const NETWORK_LABEL = "dev.gantry.network";

/** The name of a run's container, by which a run is found again when only its id is known. */
export function containerName(runId: string): string {
  return `gantry-${runId}`;
}

interface Place {
  readonly imageId: string;
  /** The file that the container's monitor writes the log to. */
  readonly logPath: string;
}

/** What Podman is told to make for `spec`: the body of `POST /containers/create`. */
export function containerSpec(spec: RunSpec, { imageId, logPath }: Place): object {
  const [program = "", ...words] = spec.command;
  return {
    name: containerName(spec.id),
    image: imageId,
    entrypoint: [program],
    command: words,
    env: Object.fromEntries(spec.environment.map(({ name, value }) => [name, value])),
    labels: {
      ...spec.labels,
      [RUN_LABEL]: spec.id,
      [OWNER_LABEL]: spec.owner,
      [OUTPUTS_LABEL]: spec.outputsDir,
      [NETWORK_LABEL]: spec.network,
    },
    // Stated in full, so that no setting cuts a log, sends it where it cannot be read, or lets the host's proxies in.
    log_configuration: { driver: "k8s-file", path: logPath, size: NO_LIMIT },
    restart_policy: "no",
    httpproxy: false,
    ...isolation(spec),
    ...network(spec.network),
    resource_limits: limits(spec),
    mounts: spec.mounts.map(({ source, target, readOnly }) => ({
      type: "bind",
      source,
      destination: target,
      options: ["rbind", ...(readOnly ? ["ro"] : [])],
    })),
  };
}

const NO_LIMIT = -1;

function isolation(spec: RunSpec): object {
  if (spec.privileged) return { privileged: true };
  return { cap_drop: ["all"], cap_add: [...spec.capabilities] };
}

function network(name: string): object {
  if (name === "default") return {};
  if (name === "none" || name === "host") return { netns: { nsmode: name } };
  return { netns: { nsmode: "bridge" }, Networks: { [name]: {} } };
}

const PERIOD_MICROSECONDS = 100_000;

function limits({ memoryBytes, cpus, pids }: RunSpec): object {
  const quota = cpus === undefined ? undefined : Math.round(cpus * PERIOD_MICROSECONDS);
  return {
    ...(memoryBytes !== undefined && { memory: { limit: memoryBytes, swap: memoryBytes } }),
    ...(quota !== undefined && { cpu: { quota, period: PERIOD_MICROSECONDS } }),
    ...(pids !== undefined && { pids: { limit: pids } }),
  };
}
