import { spawn, type StdioOptions } from "node:child_process";
import { Duplex } from "node:stream";
import { Child, runCommand } from "@gantry/process";
import { canceled, sandboxFailed } from "../errors.ts";
import type { SandboxHost } from "./host.ts";
import { mapIds } from "./ids/map-ids.ts";
import { Messages } from "./setup/messages.ts";
import { HOST_PATH } from "./tools.ts";

export interface MappedOptions {
  /** The whole environment, beside a PATH of system directories. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard input, output and error of the program; pipes by default. */
  readonly stdio?: StdioOptions;
  readonly signal: AbortSignal;
}

/**
 * Starts a program of this machine as root of the ids that images use, in a user and mount namespace of its own:
 * it may own, read and remove what sandboxes wrote, and mount overlays. It sees this machine's files, network and
 * processes as we do. It dies with its starter.
 */
export async function startMapped(
  host: SandboxHost,
  argv: readonly string[],
  options: MappedOptions,
): Promise<Child> {
  options.signal.throwIfAborted();
  const { setpriv, unshare, sh } = host.tools;
  const apart = [unshare, "--user", "--keep-caps", "--mount", sh, "-c", WAIT, "sh"];
  const env = { PATH: HOST_PATH, ...options.env };
  const stdio = options.stdio ?? "pipe";
  const three = Array.isArray(stdio) ? stdio : [stdio, stdio, stdio];
  const started = spawn(setpriv, ["--pdeathsig", "KILL", ...apart, ...argv], {
    cwd: options.cwd,
    env,
    stdio: [...three, "pipe"],
  });
  started.on("error", () => undefined);
  const channel = started.stdio[3];
  if (started.pid === undefined || !(channel instanceof Duplex))
    throw sandboxFailed("start", setpriv);
  const child = new Child(started, started.pid, { env, signal: options.signal });
  try {
    await giveIds(host, child.pid, channel);
  } catch (error) {
    child.kill("SIGKILL");
    throw options.signal.aborted ? canceled("The work on files") : error;
  } finally {
    channel.destroy();
  }
  return child;
}

async function giveIds(host: SandboxHost, pid: number, channel: Duplex): Promise<void> {
  const messages = new Messages(channel);
  const said = await messages.next();
  if (said?.word !== "ready")
    throw sandboxFailed("user namespace", `${said?.word ?? ""} ${said?.rest ?? ""}`);
  const command = await mapIds(host.tools, host.mapping, pid);
  if (command !== undefined) await runMapTools(host, command);
  channel.write("go\n");
  await messages.next();
}

async function runMapTools(host: SandboxHost, command: string): Promise<void> {
  const env = { PATH: HOST_PATH };
  const { exit, stderr } = await runCommand(host.tools.sh, ["-c", command], { env });
  if (exit.code !== 0) throw sandboxFailed("map ids", stderr);
}

/** Waits for its ids; the program then starts as root. */
const WAIT = 'echo ready >&3; read -r go <&3 || exit 125; exec "$@" 3>&-';
