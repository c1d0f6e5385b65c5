import { readFile, readlink } from "node:fs/promises";
import type { Terminal, TerminalSize, TerminalSpec } from "@gantry/driver-api";
import { Pty } from "@gantry/process";
import type { RunOutcome } from "@gantry/reports";
import { canceled, terminalRefused } from "../errors.ts";
import type { SandboxHost } from "../sandbox/host.ts";
import { HOST_PATH } from "../sandbox/tools.ts";
import type { RunProcesses, RunRecord } from "./run-dir.ts";

/** Enters the run's control groups, then becomes the rest of its words. */
const ENTER = `n=$1; shift
while [ "$n" -gt 0 ]; do echo $$ >"$1/cgroup.procs" || exit 125; shift; n=$((n-1)); done
exec "$@"`;

/** A run whose namespaces are entered. */
export interface Entered {
  readonly host: SandboxHost;
  readonly processes: RunProcesses;
  readonly record: RunRecord;
}

/**
 * Starts a program in the namespaces and control groups of a run, as the run's user. A user that is not root loses every
 * capability with the step into its program and, without new privileges, gets none again; root would keep them all, and
 * nothing that is left inside could take them away. So a run of root's is refused.
 */
export async function openTerminal(run: Entered, spec: TerminalSpec): Promise<Terminal> {
  const { host, processes, record } = run;
  if (record.user.uid === 0) throw terminalRefused("its program runs as root");
  if (host.mapping.kind === "single") throw terminalRefused("this user has one id only");
  const { groups, init } = processes;
  const entering = await enterWords(run);
  const words = [String(groups.length), ...groups, ...entering, ...spec.command];
  const pty = await Pty.start(host.tools.sh, ["-c", ENTER, "sh", ...words], {
    size: spec.size,
    env: await environmentOf(init.pid, spec),
  });
  return new LocalTerminal(pty);
}

async function enterWords({ host, processes, record }: Entered): Promise<string[]> {
  const { setpriv, nsenter } = host.tools;
  const kinds = ["--user", "--mount", "--pid", "--ipc", "--uts"];
  // A run with this machine's network is in a namespace that only its owner may enter, and that we are in already.
  if (await hasOwnNetwork(processes.init.pid)) kinds.push("--net");
  const who = [`--setgid=${record.user.gid}`, `--setuid=${record.user.uid}`];
  const target = `--target=${processes.init.pid}`;
  return [setpriv, "--no-new-privs", nsenter, target, ...kinds, "--root", "--wd", ...who, "--"];
}

async function hasOwnNetwork(pid: number): Promise<boolean> {
  const [theirs, ours] = await Promise.all([
    readlink(`/proc/${pid}/ns/net`),
    readlink("/proc/self/ns/net"),
  ]);
  return theirs !== ours;
}

/** The environment that the run's own program was started with, and what is asked for over it. */
async function environmentOf(
  initPid: number,
  { environment }: TerminalSpec,
): Promise<Record<string, string>> {
  const program = await programOf(initPid);
  const text = await readFile(`/proc/${program}/environ`, "utf8").catch(() => "");
  const own = text.split("\0").flatMap((entry) => {
    const equals = entry.indexOf("=");
    return equals > 0 ? [[entry.slice(0, equals), entry.slice(equals + 1)] as const] : [];
  });
  const asked = environment.map(({ name, value }) => [name, value] as const);
  return { TERM: "xterm-256color", PATH: HOST_PATH, ...Object.fromEntries([...own, ...asked]) };
}

/** The run's program: the first child of what reaps inside, which is the program itself where there is none. */
async function programOf(initPid: number): Promise<number> {
  const path = `/proc/${initPid}/task/${initPid}/children`;
  const [first = ""] = (await readFile(path, "utf8").catch(() => "")).split(" ");
  return first === "" ? initPid : Number(first);
}

class LocalTerminal implements Terminal {
  readonly #pty: Pty;

  constructor(pty: Pty) {
    this.#pty = pty;
  }

  async *output(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const hangUp = (): void => void this.#pty[Symbol.asyncDispose]();
    signal.addEventListener("abort", hangUp, { once: true });
    try {
      for await (const bytes of this.#pty.output()) {
        if (signal.aborted) throw canceled("The terminal");
        yield bytes;
      }
    } finally {
      signal.removeEventListener("abort", hangUp);
    }
  }

  async write(data: Uint8Array): Promise<void> {
    this.#pty.write(data);
  }

  async resize(size: TerminalSize): Promise<void> {
    this.#pty.resize(size);
  }

  async outcome(): Promise<RunOutcome> {
    const { code } = await this.#pty.exit;
    return { kind: "exited", exitCode: code ?? 1, outOfMemory: false };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pty[Symbol.asyncDispose]();
  }
}
