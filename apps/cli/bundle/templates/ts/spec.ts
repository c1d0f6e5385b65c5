import { DriverError } from "./wire.ts";

/** What `run.start` asks for, as the protocol has it. */
export interface RunSpec {
  readonly id: string;
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: { readonly id?: string; readonly digest?: string; readonly reference?: string };
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly files: readonly {
    readonly path: string;
    /** Base64. */
    readonly content: string;
    readonly mode: number;
    readonly existing: "refuse" | "replace";
  }[];
  readonly outputsDir: string;
  readonly mounts: readonly object[];
  readonly network: string;
  readonly privileged: boolean;
  readonly capabilities: readonly string[];
  readonly engineSocket: boolean;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly pids?: number;
}

/** What this driver can do beyond running a program. A request that needs more is refused by the need's name. */
export const FEATURES = [
  "cpu-limit",
  "memory-limit",
  "network-default",
  "network-none",
  "pids-limit",
  "recover",
];

const NETWORKS: Readonly<Record<string, string>> = {
  default: "network-default",
  none: "network-none",
  host: "network-host",
};

/** Throws `unsupported` with the first feature that `spec` needs and the driver lacks. */
export function refuseUnsupported(spec: RunSpec): void {
  const asked: Readonly<Record<string, boolean>> = {
    capabilities: spec.capabilities.length > 0,
    "cpu-limit": spec.cpus !== undefined,
    "engine-socket": spec.engineSocket,
    "memory-limit": spec.memoryBytes !== undefined,
    mounts: spec.mounts.length > 0,
    [NETWORKS[spec.network] ?? "named-network"]: true,
    "pids-limit": spec.pids !== undefined,
    privileged: spec.privileged,
  };
  const need = Object.keys(asked).find((name) => asked[name] && !FEATURES.includes(name));
  if (need === undefined) return;
  const hint = "Choose another driver with --driver.";
  throw new DriverError("unsupported", `This driver cannot do ${need}.`, { hint, need });
}

/** The engine's request for a container that carries out `spec`, with labels by which it is found again. */
export function containerOf(spec: RunSpec, labels: Readonly<Record<string, string>>): object {
  const [program, ...args] = spec.command;
  return {
    Image: imageName(spec.image),
    Entrypoint: [program],
    Cmd: args,
    Env: spec.environment.map(({ name, value }) => `${name}=${value}`),
    Labels: { ...spec.labels, ...labels },
    HostConfig: {
      NetworkMode: spec.network,
      ...(spec.memoryBytes !== undefined && {
        Memory: spec.memoryBytes,
        MemorySwap: spec.memoryBytes,
      }),
      ...(spec.cpus !== undefined && { NanoCpus: Math.round(spec.cpus * 1e9) }),
      ...(spec.pids !== undefined && { PidsLimit: spec.pids }),
    },
  };
}

/** Names exactly one image: its id, else its digest. A tag may have moved, and decides only where there is nothing else. */
export function imageName({ id, digest, reference = "" }: RunSpec["image"]): string {
  if (id !== undefined) return id;
  if (digest === undefined) return reference;
  return `${reference.replace(/@.*$/, "").replace(/:[^/:]*$/, "")}@${digest}`;
}
