import type { Powers } from "@gantry/driver-package";
import type { Controller } from "./limits/hierarchies.ts";
import type { ConfineRequest } from "./request.ts";

export interface Confining {
  readonly seccomp: boolean;
  readonly held: ReadonlySet<Controller>;
  /** Whether the driver may make namespaces and mounts of its own. */
  readonly spaces: boolean;
  /** Whether it runs as root, whose processes no limit of a user's counts. */
  readonly isRoot: boolean;
}

/** What a confined driver's confinement lacks, in words: first what the host does, then what the grant does. */
export function weaknesses({ granted }: ConfineRequest, made: Confining): readonly string[] {
  const found: readonly (readonly [boolean, string])[] = [
    [!made.seccomp, "no filter of system calls: this kernel has no seccomp"],
    [!made.held.has("memory"), "memory is limited for each process alone: no control group"],
    [!made.held.has("pids") && made.isRoot, "processes are not limited: no control group"],
    [!made.held.has("cpu"), "processor time is not limited: no control group"],
    [made.spaces, "namespaces and mounts of its own, as granted with all programs"],
  ];
  return [...said(found), ...weakenedBy(granted)];
}

/** Whoever may write everywhere can do everything: to call that confined would be a lie. */
export function isWholeMachine({ write }: Powers): boolean {
  return write.some((path) => /^\/+$/.test(path));
}

/** Why such a driver is not confined. */
export const WRITES_EVERYWHERE = "it may write everywhere, as granted";

/** What granted powers take away from a confinement, in words, wherever it is made. */
export function weakenedBy(granted: Powers): readonly string[] {
  if (isWholeMachine(granted)) return [`everything: ${WRITES_EVERYWHERE}`];
  const isRaw = granted.engine?.reach.includes("raw-socket") === true;
  return said([
    [isRaw, "the engine's own socket, which is control of the whole machine, as granted"],
    [granted.network.includes("*"), "the machine's own network, as granted"],
    [granted.subprocesses.includes("*"), "all programs of the machine, as granted"],
  ]);
}

function said(found: readonly (readonly [boolean, string])[]): readonly string[] {
  return found.filter(([applies]) => applies).map(([, text]) => text);
}
