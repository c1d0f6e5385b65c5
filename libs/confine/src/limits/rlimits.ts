import type { Limits } from "@gantry/driver-package";
import type { Step } from "../enter/recipe.ts";

const RLIMIT_DATA = 2;
const RLIMIT_CORE = 4;
const RLIMIT_NPROC = 6;
const RLIMIT_NOFILE = 7;
const RLIMIT_NICE = 13;
const RLIMIT_RTPRIO = 14;

const MIB = 1024 * 1024;
/** What Node asks for and does not use: more address space than memory. */
const NODE_SLACK_MIB = 768;
/** The processes of the confinement itself: one outside, one inside. */
const OWN_PROCESSES = 2;

export interface ResourceLimits {
  readonly limits: Limits;
  /** Which limits a control group holds already. */
  readonly held: { readonly memory: boolean; readonly pids: boolean };
  readonly isNode: boolean;
}

/** Limits of each process, for what no control group limits for all of them together. */
export function rlimitSteps({ limits, held, isNode }: ResourceLimits): readonly Step[] {
  const dataMiB = limits.memoryMiB + (isNode ? NODE_SLACK_MIB : 0);
  return [
    // 1 and not 0: at 1 the kernel does not hand a dump to a program either.
    ["limit", RLIMIT_CORE, 1],
    ["limit", RLIMIT_NOFILE, 4096],
    ["limit", RLIMIT_NICE, 0],
    ["limit", RLIMIT_RTPRIO, 0],
    ...(held.memory ? [] : [["limit", RLIMIT_DATA, dataMiB * MIB] satisfies Step]),
    ...(held.pids ? [] : [["limit", RLIMIT_NPROC, limits.pids + OWN_PROCESSES] satisfies Step]),
  ];
}
