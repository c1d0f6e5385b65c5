import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, realpath, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { TempDir } from "@gantry/process";
import { engineUnavailable } from "../errors.ts";
import { inheritedDescriptors } from "./setup/inherited.ts";
import { HostMounts } from "./setup/host-mounts.ts";
import { chooseMapping, type IdMapping } from "./ids/mapping.ts";
import { DEVICES, type ProcPaths, sortProcPaths } from "./setup/proc-paths.ts";
import { readSubordinates } from "./ids/subordinate.ts";
import { findTools, type HostTools } from "./tools.ts";

/** What this machine gives to make sandboxes with. Found once, used by every sandbox. */
export interface SandboxHost {
  /** Scratch directories are made here; also the working directory of set-up programs. */
  readonly dir: string;
  readonly tools: HostTools;
  readonly mapping: IdMapping;
  readonly proc: ProcPaths;
  /** A directory with the device files and links of a sandbox's /dev. */
  readonly deviceTemplate: string;
  /** How it is mounted. */
  readonly deviceOptions: string;
  /** Descriptors of this process that no sandbox may get. */
  readonly inherited: readonly number[];
}

const STALE_MS = 3_600_000;

/** Looks at this machine and prepares `dir`. Throws `engine-unavailable` where sandboxes cannot be made. */
export async function openSandboxHost(dir: string): Promise<SandboxHost> {
  if (process.platform !== "linux") {
    throw engineUnavailable(
      `The local driver needs Linux namespaces, and this is ${process.platform}.`,
      "Choose another driver here: `gantry drivers list` shows those that are ready.",
    );
  }
  const found = await findTools();
  if ("missing" in found) {
    throw engineUnavailable(
      `Programs that a sandbox is made with are missing: ${found.missing.join(", ")}.`,
      "Install util-linux and coreutils, for example: apt-get install util-linux coreutils.",
    );
  }
  const scratch = join(dir, "sandbox");
  await mkdir(scratch, { recursive: true, mode: 0o711 });
  await removeStale(scratch);
  const deviceTemplate = await makeDeviceTemplate(scratch);
  const locked = (await HostMounts.read()).lockedOptions(await realpath(scratch));
  return {
    dir: scratch,
    tools: found.tools,
    mapping: await ownMapping(found.tools),
    proc: sortProcPaths(kindOf),
    deviceTemplate,
    inherited: inheritedDescriptors(),
    deviceOptions: ["bind", "ro", ...locked].join(","),
  };
}

/** Removes what killed starters left: a start takes seconds. */
async function removeStale(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.includes("-")) continue;
    const path = join(dir, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats !== undefined && Date.now() - stats.mtimeMs > STALE_MS) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

async function ownMapping(tools: HostTools): Promise<IdMapping> {
  const { uid, gid } = userInfoOrIds();
  const name = userName();
  const [subUids, subGids] = await Promise.all([
    readSubordinates("/etc/subuid", { uid, name }),
    readSubordinates("/etc/subgid", { uid, name }),
  ]);
  const hasMapTools = tools.newuidmap !== undefined && tools.newgidmap !== undefined;
  return chooseMapping({ uid, gid, subUids, subGids, hasMapTools });
}

function userInfoOrIds(): { readonly uid: number; readonly gid: number } {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in /etc/passwd is known by number only.
    return undefined;
  }
}

function kindOf(path: string): "file" | "dir" | undefined {
  if (!existsSync(path)) return undefined;
  return statSync(path).isDirectory() ? "dir" : "file";
}

async function makeDeviceTemplate(dir: string): Promise<string> {
  const template = join(dir, "dev");
  if (existsSync(template)) return template;
  await using draft = await TempDir.create("dev-", dir);
  const made = join(draft.path, "dev");
  await mkdir(made, { mode: 0o755 });
  for (const name of DEVICES) await writeFile(join(made, name), "");
  for (const name of ["pts", "shm"]) await mkdir(join(made, name), { mode: 0o755 });
  const links = {
    fd: "/proc/self/fd",
    stdin: "fd/0",
    stdout: "fd/1",
    stderr: "fd/2",
    ptmx: "pts/ptmx",
  };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(made, name));
  await rename(made, template).catch(async (error: unknown) => {
    if (!existsSync(template)) throw error;
    await rm(made, { recursive: true });
  });
  return template;
}
