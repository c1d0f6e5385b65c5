import type { RunSpec } from "@gantry/driver-api";
import { kindOf, type SeenSocket } from "./engine-socket.ts";

export const RUN_LABEL = "dev.gantry.run";
export const OWNER_LABEL = "dev.gantry.owner";
/** On containers that were given the engine's socket by their spec, and not by a mount of the operator's. */
export const ENGINE_LABEL = "dev.gantry.engine";
export const OUTPUTS_LABEL = "dev.gantry.outputs";

/** The name of a run's container, by which a run is found again when only its id is known. */
export function containerName(runId: string): string {
  return `gantry-${runId}`;
}

interface Decided {
  readonly imageId: string;
  readonly engineSocket: SeenSocket | undefined;
}

/** The body of `POST /containers/create`. The same spec gives the same body. */
export function containerConfig(spec: RunSpec, decided: Decided): object {
  const [program, ...args] = spec.command;
  return {
    Image: decided.imageId,
    Entrypoint: [program],
    Cmd: args,
    Env: spec.environment.map(({ name, value }) => `${name}=${value}`).toSorted(),
    Labels: {
      ...spec.labels,
      [RUN_LABEL]: spec.id,
      [OWNER_LABEL]: spec.owner,
      [OUTPUTS_LABEL]: spec.outputsDir,
      ...(spec.engineSocket === false ? {} : { [ENGINE_LABEL]: kindOf(spec.engineSocket) }),
    },
    AttachStdin: false,
    Tty: false,
    OpenStdin: false,
    HostConfig: hostConfig(spec, decided.engineSocket),
  };
}

function hostConfig(spec: RunSpec, socket: SeenSocket | undefined): object {
  return {
    // Stated in full, so that no default of the engine's cuts a log or sends it where it cannot be read.
    LogConfig: {
      Type: "json-file",
      Config: { "max-size": "1024g", "max-file": "1", compress: "false" },
    },
    RestartPolicy: { Name: "no" },
    AutoRemove: false,
    NetworkMode: spec.network,
    Privileged: spec.privileged,
    Mounts: mounts(spec, socket),
    ...(socket?.gid !== undefined && { GroupAdd: [String(socket.gid)] }),
    // A privileged program has them all anyway, and the engine would take them away again.
    ...(!spec.privileged && { CapDrop: ["ALL"], CapAdd: spec.capabilities }),
    ...(spec.memoryBytes !== undefined && {
      Memory: spec.memoryBytes,
      MemorySwap: spec.memoryBytes,
    }),
    ...(spec.cpus !== undefined && { NanoCpus: Math.round(spec.cpus * 1e9) }),
    ...(spec.pids !== undefined && { PidsLimit: spec.pids }),
  };
}

function mounts(spec: RunSpec, socket: SeenSocket | undefined): readonly object[] {
  const binds = spec.mounts.map(({ source, target, readOnly }) => ({
    Type: "bind",
    Source: source,
    Target: target,
    ReadOnly: readOnly,
  }));
  return socket === undefined ? binds : [...binds, socket.mount];
}
