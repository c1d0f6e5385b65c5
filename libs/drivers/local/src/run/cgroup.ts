import { accessSync, constants, readFileSync } from "node:fs";
import { mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RunFeature } from "@gantry/reports";
import { hasCode } from "../errors.ts";

type Controller = "memory" | "pids" | "cpu";

/** A directory below which groups with these limits can be made. */
export interface GroupParent {
  readonly version: 1 | 2;
  readonly dir: string;
  readonly controllers: readonly Controller[];
}

export interface Limits {
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly pids?: number;
}

const CONTROLLERS: readonly Controller[] = ["memory", "pids", "cpu"];
const FEATURES = { memory: "memory-limit", pids: "pids-limit", cpu: "cpu-limit" } as const;
const CPU_PERIOD_US = 100_000;

/** Where this process may make control groups, from the text of its own /proc/self/cgroup. */
export function findGroupParents(options: {
  readonly membership: string;
  readonly root: string;
  readonly mayWrite: (dir: string) => boolean;
}): GroupParent[] {
  const { membership, root, mayWrite } = options;
  const lines = membership.split("\n").map((line) => line.split(":"));
  const parents: GroupParent[] = [];
  for (const [id, names = "", ...path] of lines) {
    const own = path.join(":");
    if (id === "0") {
      const parent = unifiedParent(root, own, mayWrite);
      if (parent !== undefined) parents.push(parent);
      continue;
    }
    const held = CONTROLLERS.filter((name) => names.split(",").includes(name));
    const dir = join(root, names, own);
    if (held.length > 0 && mayWrite(dir)) parents.push({ version: 1, dir, controllers: held });
  }
  return parents;
}

/** Groups with limits stand beside our own: a group with processes in it cannot hand controllers down. */
function unifiedParent(
  root: string,
  own: string,
  mayWrite: (dir: string) => boolean,
): GroupParent | undefined {
  const candidates = [join(root, dirname(own)), root];
  for (const dir of candidates) {
    const given = readGiven(join(dir, "cgroup.subtree_control"));
    const controllers = CONTROLLERS.filter((name) => given.includes(name));
    if (controllers.length > 0 && mayWrite(dir) && mayWrite(join(dir, "cgroup.procs"))) {
      return { version: 2, dir, controllers };
    }
  }
  return undefined;
}

function readGiven(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").trim().split(/\s+/);
  } catch {
    // Not a unified hierarchy.
    return [];
  }
}

/** Where this process may make control groups on this machine. */
export function ownGroupParents(): GroupParent[] {
  try {
    const membership = readFileSync("/proc/self/cgroup", "utf8");
    return findGroupParents({ membership, root: "/sys/fs/cgroup", mayWrite: isWritable });
  } catch {
    // A machine without control groups.
    return [];
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The limits that can be set with these parents. */
export function limitFeatures(parents: readonly GroupParent[]): RunFeature[] {
  const held = new Set(parents.flatMap(({ controllers }) => controllers));
  return CONTROLLERS.filter((name) => held.has(name)).map((name) => FEATURES[name]);
}

/** Puts process `pid`, and all that it starts, under limits; gives the groups made for it. */
export async function enterGroups(
  parents: readonly GroupParent[],
  limits: Limits,
  member: { readonly name: string; readonly pid: number },
): Promise<string[]> {
  const made: string[] = [];
  try {
    for (const { dir, version, controllers } of parents) {
      const settings = controllers.flatMap((name) => settingsOf(name, version, limits));
      if (settings.length === 0) continue;
      const group = join(dir, member.name);
      await mkdir(group);
      made.push(group);
      for (const { file, value, optional } of settings) {
        const writing = writeFile(join(group, file), value);
        await (optional === true ? writing.catch(() => undefined) : writing);
      }
      await writeFile(join(group, "cgroup.procs"), String(member.pid));
    }
  } catch (error) {
    await removeGroups(made);
    throw error;
  }
  return made;
}

interface Setting {
  readonly file: string;
  readonly value: string;
  /** The kernel may be built without it. */
  readonly optional?: boolean;
}

function settingsOf(controller: Controller, version: 1 | 2, limits: Limits): Setting[] {
  const { memoryBytes, cpus, pids } = limits;
  if (controller === "memory" && memoryBytes !== undefined)
    return memorySettings(version, memoryBytes);
  if (controller === "pids" && pids !== undefined)
    return [{ file: "pids.max", value: String(pids) }];
  if (controller !== "cpu" || cpus === undefined) return [];
  const quota = Math.max(1_000, Math.round(cpus * CPU_PERIOD_US));
  if (version === 2) return [{ file: "cpu.max", value: `${quota} ${CPU_PERIOD_US}` }];
  return [
    { file: "cpu.cfs_period_us", value: String(CPU_PERIOD_US) },
    { file: "cpu.cfs_quota_us", value: String(quota) },
  ];
}

function memorySettings(version: 1 | 2, bytes: number): Setting[] {
  const value = String(bytes);
  if (version === 1) {
    return [
      { file: "memory.limit_in_bytes", value },
      { file: "memory.memsw.limit_in_bytes", value, optional: true },
    ];
  }
  return [
    { file: "memory.max", value },
    { file: "memory.swap.max", value: "0", optional: true },
  ];
}

/** Whether the kernel ended a process of these groups for its memory. */
export async function sawOutOfMemory(groups: readonly string[]): Promise<boolean> {
  for (const group of groups) {
    for (const file of ["memory.events", "memory.oom_control"]) {
      const text = await readFile(join(group, file), "utf8").catch(() => "");
      if (Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0) > 0) return true;
    }
  }
  return false;
}

/** Removes groups whose processes have ended; the last of them may take a moment to be gone. */
export async function removeGroups(groups: readonly string[]): Promise<void> {
  for (const group of groups) {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (await removeGroup(group)) break;
      await delay(25);
    }
  }
}

async function removeGroup(group: string): Promise<boolean> {
  try {
    await rmdir(group);
    return true;
  } catch (error) {
    return hasCode(error, "ENOENT");
  }
}
