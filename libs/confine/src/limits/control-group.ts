import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Limits } from "@gantry/driver-package";
import { isLeftOver } from "../host/run-directory.ts";
import { type Controller, findHierarchies, type Hierarchy } from "./hierarchies.ts";

/** Files of one controller and what is written into them, in order; those that the kernel lacks are passed over. */
type Settings = readonly (readonly [file: string, value: string])[];

const PERIOD_US = 100_000;
/** The process of the confinement itself that is in the group. */
const OWN_PROCESSES = 1;

/** Control groups of one driver: what limits all its processes together. */
export class ControlGroup implements AsyncDisposable {
  /** A group in each hierarchy, which the driver's first process enters. */
  readonly directories: readonly string[];
  readonly held: ReadonlySet<Controller>;

  constructor(directories: readonly string[], held: ReadonlySet<Controller>) {
    this.directories = directories;
    this.held = held;
  }

  /** Makes groups wherever this process may; what could not be limited is not among `held`. */
  static async create(name: string, limits: Limits): Promise<ControlGroup> {
    const directories: string[] = [];
    const held = new Set<Controller>();
    for (const hierarchy of await findHierarchies()) {
      await removeLeftOver(hierarchy.parent);
      const directory = join(hierarchy.parent, name);
      const set = await limitIn(hierarchy, directory, limits).catch(() => undefined);
      if (set === undefined || set.length === 0) await rmdir(directory).catch(() => undefined);
      else directories.push(directory);
      for (const controller of set ?? []) held.add(controller);
    }
    return new ControlGroup(directories, held);
  }

  /** Once its processes have ended, which the kernel may notice a moment later. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const directory of this.directories) await remove(directory);
  }
}

/** Groups of processes that have ended without clearing away; what is still in them keeps them. */
async function removeLeftOver(parent: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const dead = names.filter(isLeftOver);
  await Promise.all(dead.map((name) => rmdir(join(parent, name)).catch(() => undefined)));
}

async function limitIn(
  { parent, version, controllers }: Hierarchy,
  directory: string,
  limits: Limits,
): Promise<readonly Controller[]> {
  if (version === 2) await delegate(parent, controllers);
  await mkdir(directory);
  const present = new Set(await readdir(directory));
  const set: Controller[] = [];
  for (const controller of controllers) {
    const settings = (version === 2 ? SETTINGS_2 : SETTINGS_1)[controller](limits);
    const wanted = settings.filter(([file]) => present.has(file));
    for (const [file, value] of wanted) await writeFile(join(directory, file), value);
    if (wanted.length > 0) set.push(controller);
  }
  return set;
}

/** Lets the groups in `parent` have controllers of their own, where nothing stands against it. */
async function delegate(parent: string, controllers: readonly Controller[]): Promise<void> {
  const text = controllers.map((controller) => `+${controller}`).join(" ");
  await writeFile(join(parent, "cgroup.subtree_control"), text).catch(() => undefined);
}

const SETTINGS_2: Readonly<Record<Controller, (limits: Limits) => Settings>> = {
  memory: ({ memoryMiB }) => [
    ["memory.max", String(memoryMiB * 1024 * 1024)],
    ["memory.swap.max", "0"],
  ],
  pids: ({ pids }) => [["pids.max", String(pids + OWN_PROCESSES)]],
  cpu: ({ cpus }) => [
    ["cpu.max", `${Math.ceil(cpus * PERIOD_US)} ${PERIOD_US}`],
    ["cpu.weight", String(share(cpus, { each: 100, most: 10_000 }))],
  ],
};

const SETTINGS_1: typeof SETTINGS_2 = {
  memory: ({ memoryMiB }) => [
    ["memory.limit_in_bytes", String(memoryMiB * 1024 * 1024)],
    ["memory.memsw.limit_in_bytes", String(memoryMiB * 1024 * 1024)],
  ],
  pids: SETTINGS_2.pids,
  cpu: ({ cpus }) => [
    ["cpu.cfs_period_us", String(PERIOD_US)],
    ["cpu.cfs_quota_us", String(Math.ceil(cpus * PERIOD_US))],
    ["cpu.shares", String(share(cpus, { each: 1024, most: 262_144 }))],
  ],
};

/** On a busy machine a group gets as much as one process, unless it says that it is worth more. */
function share(cpus: number, { each, most }: { readonly each: number; readonly most: number }) {
  return Math.min(most, Math.max(2, Math.round(cpus * each)));
}

async function remove(directory: string): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const error: unknown = await rmdir(directory).catch((cause: unknown) => cause);
    if (error === undefined || !isBusy(error)) return;
    await killAll(directory);
    await delay(10);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EBUSY";
}

/** What is left in the group was to be gone. */
async function killAll(directory: string): Promise<void> {
  const text = await readFile(join(directory, "cgroup.procs"), "utf8").catch(() => "");
  for (const pid of text.split("\n").filter((line) => line !== "" && line !== "0")) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It is gone.
    }
  }
}
