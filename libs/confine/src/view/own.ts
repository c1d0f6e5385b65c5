import type { Step } from "../enter/recipe.ts";

/** Devices that say nothing about the machine. */
const DEVICES = ["null", "zero", "full", "random", "urandom"];
const STREAMS: readonly (readonly [name: string, target: string])[] = [
  ["fd", "/proc/self/fd"],
  ["stdin", "/proc/self/fd/0"],
  ["stdout", "/proc/self/fd/1"],
  ["stderr", "/proc/self/fd/2"],
];

/** What a driver has for itself: its processes, a few devices, and memory for files of a bounded size. */
export function ownSteps(scratchMiB: number): readonly Step[] {
  const scratch = `size=${scratchMiB}m,nr_inodes=16k,mode=1777`;
  return [
    // Without the kernel's own settings and tables: root's may be written by root, with or without capabilities.
    ["proc", "subset=pid"],
    ["tmpfs", "/tmp", scratch],
    ["dir", "/dev", "0755"],
    ...DEVICES.map((name): Step => ["bind", "dev", `/dev/${name}`, `/dev/${name}`]),
    ...STREAMS.map(([name, target]): Step => ["link", `/dev/${name}`, target]),
    ["tmpfs", "/dev/shm", scratch],
  ];
}
