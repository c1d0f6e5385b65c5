import type { StdioOptions } from "node:child_process";

/** The user that a program runs as, in numbers of the sandbox. */
export interface SandboxUser {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
}

/** A file or directory of this machine that a sandbox sees. */
export interface Bind {
  /** Absolute, on this machine. Must exist. */
  readonly source: string;
  /** Absolute, in the sandbox; links on the way are followed inside the sandbox's root only. Made when absent. */
  readonly target: string;
  readonly readOnly: boolean;
  /** Give the source, which must be ours, to the sandbox's user. */
  readonly give?: boolean;
}

export interface Tmpfs {
  readonly target: string;
  /** Permission bits of its top directory; `0o1777` when absent. */
  readonly mode?: number;
  readonly sizeBytes?: number;
}

/** A file put in place before the program starts. It belongs to the sandbox's user. */
export interface PlacedFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
  /** Kept in memory: the content never touches a disk. */
  readonly sensitive: boolean;
  readonly existing: "refuse" | "replace";
}

/** A directory that exists before the program starts; made, with the user as owner, when absent. */
export interface PlacedDirectory {
  readonly path: string;
  readonly mode: number;
  /** Who owns it when it had to be made. Default: the sandbox's user. */
  readonly owner?: "user" | "root";
}

/** The file system of a sandbox: snapshots below, a writable directory on top. All absolute, on one file system. */
export interface SandboxRoot {
  /** Topmost first. At least one; an empty directory stands for `scratch`. */
  readonly lowerDirs: readonly string[];
  /** Takes every change (overlayfs `upperdir`). Exists. */
  readonly upperDir: string;
  /** Empty directory of the same file system (overlayfs `workdir`). Exists. */
  readonly workDir: string;
}

/** One program in namespaces of its own. Everything not listed is absent: no environment, no host path, no capability. */
export interface SandboxSpec {
  readonly root: SandboxRoot;
  /** The program and its arguments; looked up in `PATH` of `env` inside the sandbox. No secrets: others can see it. */
  readonly argv: readonly string[];
  /** The whole environment. Never visible in argv. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; made (owned by root) when absent. */
  readonly cwd: string;
  readonly user: SandboxUser;
  /** `host` shares this machine's network; `none` has a loopback of its own and nothing else. */
  readonly network: "host" | "none";
  readonly hostname: string;
  /** `NAME:IP` each, added to /etc/hosts. */
  readonly extraHosts?: readonly string[];
  readonly binds?: readonly Bind[];
  readonly tmpfs?: readonly Tmpfs[];
  readonly files?: readonly PlacedFile[];
  readonly directories?: readonly PlacedDirectory[];
  /** `CAP_…` kept; every other one is dropped, for root too. */
  readonly capabilities: readonly string[];
}

/** How a sandbox is started, beside what it is. */
export interface StartOptions {
  /** Standard input, output and error of the program; pipes by default. */
  readonly stdio?: StdioOptions;
  /** Aborting stops the program: ask, grace, kill. */
  readonly signal: AbortSignal;
  readonly graceMs?: number;
  /** Called when the first process exists and nothing else of the sandbox does: the place to put it in a control group. */
  readonly onCreated?: (started: StartedProcesses) => Promise<void>;
  /** Called when all is set up: the program starts when this returns. The place to write down how to find it again. */
  readonly onReady?: (started: StartedProcesses) => Promise<void>;
  /** The sandbox then outlives its starter: a shell script runs the command that makes it, which follows `args` in `"$@"`. */
  readonly supervisor?: { readonly script: string; readonly args: readonly string[] };
}

/** Processes of a sandbox as this machine counts. */
export interface StartedProcesses {
  /** First process inside. */
  readonly initPid: number;
  /** What was started to make the sandbox: it ends after it. */
  readonly outerPid: number;
}
