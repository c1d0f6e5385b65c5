import { relative } from "node:path";
import type { SandboxHost } from "./host.ts";
import { DEVICES, type ProcPaths } from "./setup/proc-paths.ts";
import { fstabField } from "./setup/quote.ts";
import type { SandboxRoot, SandboxSpec } from "./spec.ts";

/** Directories of one sandbox while it is set up. */
export interface Scratch {
  /** Where the root file system is mounted. */
  readonly rootDir: string;
  /** A tmpfs that nobody else sees: the content of placed files. */
  readonly stageDir: string;
  /** Second mount table; the setup script adds lines to it. */
  readonly tablePath: string;
}

/** Overlay options with names relative to `baseDir`: the kernel takes one page of them. */
export function overlayOptions(root: SandboxRoot, baseDir: string): string {
  const name = (dir: string): string => relative(baseDir, dir) || ".";
  const lower = root.lowerDirs.map(name).join(":");
  return `lowerdir=${lower},upperdir=${name(root.upperDir)},workdir=${name(root.workDir)},userxattr`;
}

/** The longest directory that holds all of `dirs`. */
export function commonDir(dirs: readonly string[]): string {
  const split = dirs.map((dir) => dir.split("/"));
  const first = split[0] ?? [];
  const shared = first.findIndex((part, index) => split.some((other) => other[index] !== part));
  return (shared < 0 ? first : first.slice(0, shared)).join("/") || "/";
}

type Mount = readonly [source: string, target: string, type: string, options: string];

const STRICT = "nosuid,nodev,noexec";

function toText(mounts: readonly Mount[]): string {
  return mounts.map((mount) => `${mount.map(fstabField).join(" ")} 0 0\n`).join("");
}

/** First mount table: the root and the stage. */
export function firstTable(root: SandboxRoot, scratch: Scratch, baseDir: string): string {
  return toText([
    ["overlay", scratch.rootDir, "overlay", overlayOptions(root, baseDir)],
    ["tmpfs", scratch.stageDir, "tmpfs", "mode=0700,nosuid,nodev"],
  ]);
}

/** Second mount table: what every sandbox has. */
export function secondTable(
  spec: Pick<SandboxSpec, "network">,
  scratch: Scratch,
  host: Pick<SandboxHost, "proc" | "deviceTemplate" | "deviceOptions" | "mapping">,
): string {
  return toText([
    ...procMounts(scratch.rootDir, host.proc),
    ...deviceMounts(scratch.rootDir, host),
    ...(spec.network === "none" ? sysMounts(scratch, host.proc) : []),
  ]);
}

function procMounts(root: string, proc: ProcPaths): Mount[] {
  return [
    ["proc", `${root}/proc`, "proc", STRICT],
    ...proc.maskedFiles.map((path): Mount => ["/dev/null", root + path, "none", "bind"]),
    ...maskDirs(root, "/proc/", proc),
    ...proc.readOnly.map((path): Mount => [root + path, root + path, "none", `bind,ro,${STRICT}`]),
  ];
}

function maskDirs(root: string, below: string, proc: ProcPaths): Mount[] {
  const dirs = proc.maskedDirs.filter((path) => path.startsWith(below));
  return dirs.map((path) => ["tmpfs", root + path, "tmpfs", `ro,${STRICT}`]);
}

function deviceMounts(
  root: string,
  host: Pick<SandboxHost, "deviceTemplate" | "deviceOptions" | "mapping">,
): Mount[] {
  const group = host.mapping.kind === "single" ? "" : ",gid=5";
  const pts = `newinstance,ptmxmode=0666,mode=0620,nosuid,noexec${group}`;
  return [
    [host.deviceTemplate, `${root}/dev`, "none", host.deviceOptions],
    ...DEVICES.map((name): Mount => [`/dev/${name}`, `${root}/dev/${name}`, "none", "bind"]),
    ["devpts", `${root}/dev/pts`, "devpts", pts],
    ["shm", `${root}/dev/shm`, "tmpfs", `mode=1777,size=65536k,${STRICT}`],
  ];
}

/** Only the owner of a network namespace may mount its sysfs, so a sandbox with the host's network has none. */
function sysMounts({ rootDir, stageDir }: Scratch, proc: ProcPaths): Mount[] {
  return [
    ["sysfs", `${stageDir}/sys`, "sysfs", STRICT],
    [`${stageDir}/sys`, `${rootDir}/sys`, "none", `bind,ro,${STRICT}`],
    ...maskDirs(rootDir, "/sys/", proc),
  ];
}
