/** Machines whose system calls are known by number. */
export type Machine = "x64" | "arm64";

/** The machine that this process runs on, when it is a known one. */
export function thisMachine(): Machine | undefined {
  return process.arch === "x64" || process.arch === "arm64" ? process.arch : undefined;
}

type Numbers = readonly [x64: number, arm64: number];

/** Calls that the entering program makes itself. */
const OWN: Readonly<Record<string, Numbers>> = {
  capset: [126, 91],
  close: [3, 57],
  close_range: [436, 436],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  open_tree: [428, 428],
  openat2: [437, 437],
  pivot_root: [155, 41],
  prctl: [157, 167],
  prlimit64: [302, 261],
  setgroups: [116, 159],
  sethostname: [170, 161],
  setresgid: [119, 149],
  setresuid: [117, 147],
  setsid: [112, 157],
  umount2: [166, 39],
  unshare: [272, 97],
};

/** Their numbers on `machine`, by name. */
export function ownCalls(machine: Machine): readonly (readonly [name: string, number: number])[] {
  return Object.entries(OWN).map(([name, numbers]) => [name, pick(numbers, machine)]);
}

/** The number out of a pair of them. */
export function pick([x64, arm64]: Numbers, machine: Machine): number {
  return machine === "x64" ? x64 : arm64;
}
