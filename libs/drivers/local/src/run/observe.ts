import { readFile, readlink, stat } from "node:fs/promises";
import type { Mount, RunSpec } from "@gantry/driver-api";
import type { ObservedRun } from "@gantry/reports";
import { sandboxFailed } from "../errors.ts";
import { namesOfCapabilities } from "./capability-names.ts";
import { type HostMount, hostMounts } from "./host-view.ts";
import type { RunRecord } from "./run-dir.ts";

/** What was meant, to call by the same names what is the same. */
interface Expected {
  readonly spec: RunSpec;
  readonly record: RunRecord;
  readonly ownEnvironment: readonly string[];
  /** The directory behind the outputs. */
  readonly outputs: string;
}

/** Looks at a sandbox from outside, by /proc, while its program waits to begin: user, capabilities, network and mounts are the kernel's word. */
export async function observe(initPid: number, expected: Expected): Promise<ObservedRun> {
  const { spec, record, ownEnvironment } = expected;
  const pid = await payloadOf(initPid);
  const [status, uidMap, network, ours, mounts] = await Promise.all([
    readFile(`/proc/${pid}/status`, "utf8"),
    readFile(`/proc/${pid}/uid_map`, "utf8"),
    readlink(`/proc/${pid}/ns/net`),
    readlink("/proc/self/ns/net"),
    hostMounts(pid),
  ]);
  const given = spec.environment.filter(
    ({ name, value }) => !ownEnvironment.includes(`${name}=${value}`),
  );
  return {
    imageId: record.image,
    user: insideId(uidMap, Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])),
    privileged: false,
    capabilities: namesOfCapabilities(/^CapBnd:\s+([0-9a-f]+)/m.exec(status)?.[1] ?? ""),
    networks: network === ours ? ["default", "host"] : ["none"],
    mounts: await named(mounts, pid, expected),
    engineSocket: false,
    environment: given.map(({ name }) => name).toSorted(),
  };
}

/** The process that becomes the program: the one child of the first process. */
async function payloadOf(initPid: number): Promise<number> {
  const children = await readFile(`/proc/${initPid}/task/${initPid}/children`, "utf8");
  const [pid] = children.trim().split(" ");
  if (pid === undefined || pid === "") throw sandboxFailed("observe", "it has no program");
  return Number(pid);
}

/** The number inside of the sandbox of an id of this machine. */
function insideId(map: string, outside: number): string {
  for (const line of map.trim().split("\n")) {
    const [inside = 0, first = 0, count = 0] = line.trim().split(/\s+/).map(Number);
    if (outside >= first && outside < first + count) return String(inside + outside - first);
  }
  return String(outside);
}

/** The mounts of this machine's directories, called as the spec calls them where they are the same directories. */
async function named(
  mounts: readonly HostMount[],
  pid: number,
  expected: Expected,
): Promise<Mount[]> {
  const outputs = await identityOf(expected.outputs);
  const wanted = await Promise.all(
    expected.spec.mounts.map(async (mount) => ({
      mount,
      identity: await identityOf(mount.source),
    })),
  );
  const seen: Mount[] = [];
  for (const { source, target, readOnly } of mounts) {
    const identity = await identityOf(`/proc/${pid}/root${target}`);
    if (identity !== undefined && identity === outputs) continue;
    const isBelow = seen.some((mount) => target.startsWith(`${mount.target}/`));
    if (isBelow) continue;
    const same = wanted.filter((one) => one.identity !== undefined && one.identity === identity);
    const known = same.find(({ mount }) => mount.target === target) ?? same[0];
    seen.push(known === undefined ? { source, target, readOnly } : { ...known.mount, readOnly });
  }
  return seen;
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    // Nothing that this user may look at: it keeps the name that the kernel gives it.
    return undefined;
  }
}
