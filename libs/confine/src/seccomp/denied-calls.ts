import { type Machine, pick } from "../enter/system-calls.ts";

/** A number that no machine has. */
const NONE = -1;

/** Other processes: what they hold, do and have in memory. */
const PROCESSES = {
  kcmp: [312, 272],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
  pidfd_getfd: [438, 438],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
} as const;

/** The kernel, its clock, its keys, and large parts of it that no driver needs. */
const KERNEL = {
  acct: [163, 89],
  add_key: [248, 217],
  adjtimex: [159, 171],
  bpf: [321, 280],
  clock_adjtime: [305, 266],
  clock_settime: [227, 112],
  delete_module: [176, 106],
  fanotify_init: [300, 262],
  finit_module: [313, 273],
  init_module: [175, 105],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  ioperm: [173, NONE],
  iopl: [172, NONE],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  lookup_dcookie: [212, 18],
  modify_ldt: [154, NONE],
  perf_event_open: [298, 241],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  reboot: [169, 142],
  request_key: [249, 218],
  settimeofday: [164, 170],
  swapoff: [168, 225],
  swapon: [167, 224],
  syslog: [103, 116],
  userfaultfd: [323, 282],
  vhangup: [153, 58],
} as const;

/** Namespaces and mounts: what a driver needs that starts containers itself, and no other. */
const SPACES = {
  chroot: [161, 51],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fspick: [433, 433],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  pivot_root: [155, 41],
  setns: [308, 268],
  umount2: [166, 39],
  unshare: [272, 97],
} as const;

/** The numbers of the calls that a driver is refused; `spaces` allows those of namespaces and mounts. */
export function deniedCalls(machine: Machine, spaces: boolean): readonly number[] {
  const groups = spaces ? [PROCESSES, KERNEL] : [PROCESSES, KERNEL, SPACES];
  const pairs = groups.flatMap((group) => Object.values(group));
  return pairs.map((pair) => pick(pair, machine)).filter((number) => number !== NONE);
}
