import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter } from "node:path";
import type { Readable } from "node:stream";
import { ToolFailedError } from "../errors.ts";

/** The caller's environment with the system tools on PATH, which an ordinary user's often lacks. */
export function toolEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const path = [process.env["PATH"] ?? "", "/usr/sbin", "/sbin"].join(delimiter);
  return { ...process.env, LC_ALL: "C.UTF-8", PATH: path, ...extra };
}

export interface ToolOptions {
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** The last `limit` characters of a stream. */
async function tail(stream: Readable, limit = 2000): Promise<string> {
  let kept = "";
  stream.setEncoding("utf8");
  for await (const chunk of stream) kept = (kept + String(chunk)).slice(-limit);
  return kept.trim();
}

function describe(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}

/**
 * Runs a command to its end and returns its standard output.
 * An abort kills it at once. Throws {@link ToolFailedError} when it cannot be started or does not end with 0.
 */
export async function runTool(argv: readonly string[], options: ToolOptions = {}): Promise<string> {
  const [file = "", ...args] = argv;
  const child = spawn(file, args, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: options.env ?? toolEnv(),
    cwd: options.cwd,
    signal: options.signal,
    killSignal: "SIGKILL",
  });
  const closed = once(child, "close");
  const results = await Promise.allSettled([closed, tail(child.stdout, 1e6), tail(child.stderr)]);
  options.signal?.throwIfAborted();
  const [end, out, err] = results;
  if (end.status === "rejected") {
    throw new ToolFailedError(file, "cannot be started", String(end.reason));
  }
  const printed = out.status === "fulfilled" ? out.value : "";
  if (child.exitCode === 0) return printed;
  const complaint = err.status === "fulfilled" && err.value !== "" ? err.value : printed;
  throw new ToolFailedError(
    file,
    describe(child.exitCode, child.signalCode),
    complaint.slice(-2000),
  );
}

/** What comes before a command that gets mount and pid namespaces of its own. Needs root. */
export const NAMESPACES: readonly string[] =
  "unshare --mount --propagation slave --pid --fork --kill-child --mount-proc".split(" ");

/**
 * The words to put before a command so that it, all that it starts and all that it mounts
 * end together, also when this process is killed. Needs root.
 */
export const ISOLATED: readonly string[] = ["setpriv", "--pdeathsig", "KILL", ...NAMESPACES];
