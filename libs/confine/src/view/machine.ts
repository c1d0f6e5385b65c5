import { lstat, readlink, realpath } from "node:fs/promises";
import type { Step } from "../enter/recipe.ts";

/** Directories that are part of `/usr` on most machines, and links to it. */
const SYSTEM_DIRS = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
/** Directories of programs; a driver sees the granted ones in their places, and no other. */
const PROGRAM_DIRS = ["/usr/bin", "/usr/sbin", "/usr/games", "/usr/local/bin", "/usr/local/sbin"];
/** What libraries need to know of the machine. No names of people, no keys. */
const SETTINGS = [
  "/etc/alternatives",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/pki/tls/certs",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
];

export interface MachineView {
  /** Leave the machine's programs where they are. */
  readonly allPrograms: boolean;
  /** Use the machine's own way of resolving names; else only these, lines of `/etc/hosts`. */
  readonly hosts: readonly string[] | "machine";
  /** Who the driver is; absent: who we are. */
  readonly uid?: number | undefined;
}

/** Lays the machine's read-only part into a driver's root: libraries and data, and not one program that is not granted. */
export async function machineSteps({
  allPrograms,
  hosts,
  uid,
}: MachineView): Promise<readonly Step[]> {
  const dirs = await Promise.all(SYSTEM_DIRS.map(systemDir));
  const emptied = allPrograms ? [] : [...PROGRAM_DIRS, ...dirs.flatMap(ownPrograms)];
  return [
    bind("/usr"),
    ...dirs.flat(),
    ...emptied.map((dir): Step => ["empty", dir]),
    ...SETTINGS.map(bind),
    ...people(uid ?? process.geteuid?.() ?? 0, uid ?? process.getegid?.() ?? 0),
    ...(hosts === "machine" ? await machineNames() : ownNames(hosts)),
  ];
}

function bind(path: string): Step {
  return ["bind", "ro", path, path];
}

async function systemDir(path: string): Promise<readonly Step[]> {
  try {
    const stat = await lstat(path);
    return [stat.isSymbolicLink() ? ["link", path, await readlink(path)] : bind(path)];
  } catch {
    return []; // This machine has no such directory.
  }
}

/** Programs outside `/usr`, on machines where these are directories of their own. */
function ownPrograms(steps: readonly Step[]): readonly string[] {
  const paths = steps.filter(([verb]) => verb === "bind").map((step) => String(step[2]));
  return paths.filter((path) => path === "/bin" || path === "/sbin");
}

/** The one user that a driver knows of, besides root. */
function people(uid: number, gid: number): readonly Step[] {
  const [users, groups] = [["nobody:x:65534:65534::/:/"], ["nogroup:x:65534:"]];
  if (uid !== 0) users.unshift("root:x:0:0::/:/");
  if (gid !== 0) groups.unshift("root:x:0:");
  users.unshift(`driver:x:${uid}:${gid}::/tmp:/bin/sh`);
  groups.unshift(`driver:x:${gid}:`);
  return [
    ["file", "/etc/passwd", `${users.join("\n")}\n`],
    ["file", "/etc/group", `${groups.join("\n")}\n`],
  ];
}

function ownNames(hosts: readonly string[]): readonly Step[] {
  const lines = ["127.0.0.1 localhost gantry", ...hosts];
  return [
    ["file", "/etc/hosts", `${lines.join("\n")}\n`],
    ["file", "/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"],
  ];
}

async function machineNames(): Promise<readonly Step[]> {
  const files = ["/etc/resolv.conf", "/etc/hosts", "/etc/services"];
  const found = await Promise.all(files.map((file) => realpath(file).catch(() => file)));
  return [
    ...files.map((file, index): Step => ["bind", "ro", found[index] ?? file, file]),
    ["file", "/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"],
  ];
}
