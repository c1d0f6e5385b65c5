import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a control group can limit. */
export type Controller = "memory" | "pids" | "cpu";
export const CONTROLLERS: readonly Controller[] = ["memory", "pids", "cpu"];

/** A tree of control groups in which drivers get groups of their own. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly controllers: readonly Controller[];
  /** The group in which they are made. */
  readonly parent: string;
}

interface Mounted {
  readonly point: string;
  /** The group that is mounted there. */
  readonly root: string;
  readonly version: 1 | 2;
  readonly options: readonly string[];
}

/** The hierarchies of this machine, seen from the group that this process is in. */
export async function findHierarchies(): Promise<readonly Hierarchy[]> {
  const [mounts, groups] = await Promise.all([
    readFile("/proc/self/mountinfo", "utf8"),
    readFile("/proc/self/cgroup", "utf8"),
  ]).catch(() => ["", ""] as const);
  return mounts
    .split("\n")
    .flatMap(parseMount)
    .flatMap((mount) => hierarchy(mount, groups));
}

function parseMount(line: string): readonly Mounted[] {
  const [left = "", right = ""] = line.split(" - ");
  const [, , , root = "/", point = ""] = left.split(" ");
  const [type, , options = ""] = right.split(" ");
  if (type !== "cgroup" && type !== "cgroup2") return [];
  return [{ root, point, version: type === "cgroup" ? 1 : 2, options: options.split(",") }];
}

function hierarchy(mount: Mounted, groups: string): readonly Hierarchy[] {
  const controllers = CONTROLLERS.filter(
    (name) => mount.version === 2 || mount.options.includes(name),
  );
  const own = ownGroup(groups, mount.version === 2 ? undefined : controllers[0]);
  if (controllers.length === 0 || own === undefined) return [];
  const inMount = own.startsWith(mount.root) ? own.slice(mount.root.length) : own;
  const parent = join(mount.point, placeFor(mount, inMount));
  return [{ version: mount.version, controllers, parent }];
}

/** In version 2 a group with processes cannot share its controllers, so root's drivers are at the top. */
function placeFor({ version }: Mounted, own: string): string {
  return version === 2 && process.geteuid?.() === 0 ? "/" : own;
}

/** The group of this process in the hierarchy of `controller`, or in that of version 2. */
function ownGroup(groups: string, controller: Controller | undefined): string | undefined {
  const lines = groups.split("\n").map((line) => line.split(":"));
  const found = lines.find(([id, names = ""]) =>
    controller === undefined ? id === "0" : names.split(",").includes(controller),
  );
  return found?.slice(2).join(":");
}
