/** Names of the device files that a sandbox has. */
export const DEVICES: readonly string[] = ["null", "zero", "full", "random", "urandom", "tty"];
const MASKED = [
  "/sys/firmware",
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats",
];
const READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** Paths below /proc and /sys that this kernel has, by how a sandbox sees them. */
export interface ProcPaths {
  readonly maskedFiles: readonly string[];
  readonly maskedDirs: readonly string[];
  readonly readOnly: readonly string[];
}

/** Sorts the paths that tell of, or change, the whole machine; `kindOf` says what a path is here. */
export function sortProcPaths(kindOf: (path: string) => "file" | "dir" | undefined): ProcPaths {
  return {
    maskedFiles: MASKED.filter((path) => kindOf(path) === "file"),
    maskedDirs: MASKED.filter((path) => kindOf(path) === "dir"),
    readOnly: READ_ONLY.filter((path) => kindOf(path) !== undefined),
  };
}
