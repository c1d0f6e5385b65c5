import type { StdioOptions } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type Child, ProcessError, findExecutable, startProcess } from "@gantry/process";
import type { Console } from "./console.ts";
import { RunError } from "./run-error.ts";
import type { StepPipes } from "./step-pipes.ts";

export interface StepCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

export interface StepProcessOptions {
  readonly console: Console;
  /** Print nothing of what the program prints. */
  readonly quiet?: boolean;
  readonly onStdout?: (bytes: Buffer) => void;
  readonly onStderr?: (bytes: Buffer) => void;
  /** Where the program writes to; without them Node's own. */
  readonly pipes: StepPipes | undefined;
  /** Aborting sends SIGTERM to the program and all it started, and SIGKILL half a minute later. */
  readonly signal: AbortSignal;
}

const GRACE_MS = 30_000;
const NO_TAP = () => undefined;

/** Runs a program to its end. The exit code as a shell gives it: 128 and the signal's number for a signal. */
export async function runStepProcess(
  command: StepCommand,
  {
    console,
    quiet = false,
    onStdout = NO_TAP,
    onStderr = NO_TAP,
    pipes,
    signal,
  }: StepProcessOptions,
): Promise<number> {
  const { child, stdout, stderr } = await start(command, pipes, signal);
  await using stack = new AsyncDisposableStack();
  stack.use(child);
  stack.use(killLeftovers(child.pid, signal));
  child.stdin.on("error", NO_TAP);
  child.stdin.end(command.stdin ?? "");
  await Promise.all([
    console.forward(stdout, quiet ? "nowhere" : "stdout", onStdout),
    console.forward(stderr, quiet ? "nowhere" : "stderr", onStderr),
  ]);
  const exit = await child.exit;
  return exit.code ?? 128 + (SIGNALS[exit.signal ?? ""] ?? 0);
}

/** What the program started may outlive it and hold its pipes open: it gets no more time than the program. */
function killLeftovers(pid: number, signal: AbortSignal): Disposable {
  const stack = new DisposableStack();
  const arm = () => {
    const timer = setTimeout(() => killGroup(pid), GRACE_MS);
    stack.defer(() => clearTimeout(timer));
  };
  signal.addEventListener("abort", arm, { once: true });
  stack.defer(() => signal.removeEventListener("abort", arm));
  return stack;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left.
  }
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

interface Running {
  readonly child: Child;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

async function start(
  { command, args, cwd, env }: StepCommand,
  pipes: StepPipes | undefined,
  signal: AbortSignal,
): Promise<Running> {
  const options = { cwd, env, signal, group: true, graceMs: GRACE_MS };
  const open = pipes?.open();
  try {
    const file = await locate(command, cwd, env["PATH"]);
    const stdio: StdioOptions = open === undefined ? "pipe" : ["pipe", ...open.write];
    const child = await startProcess(file, args, { ...options, stdio });
    const { stdout, stderr } = open ?? child;
    return { child, stdout, stderr };
  } catch (error) {
    open?.stdout.destroy();
    open?.stderr.destroy();
    if (!(error instanceof ProcessError)) throw error;
    throw toRunError(error, command, cwd);
  } finally {
    open?.release();
  }
}

/** A name that PATH does not have may be a file in the working directory. */
async function locate(command: string, cwd: string, path: string | undefined): Promise<string> {
  if (command.includes("/")) return command;
  const found = await findExecutable(command, path);
  if (found !== undefined) return found;
  return (await exists(join(cwd, command))) ? `./${command}` : command;
}

async function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}

function toRunError(error: ProcessError, command: string, cwd: string): RunError {
  if (error.code === "not-found") {
    return new RunError(`the command "${command}" was not found`, {
      cause: error,
      exitCode: 127,
      hint: `Put it beside porter.yaml, or install it in the image; looked in PATH and ${cwd}.`,
    });
  }
  return new RunError(`the command "${command}" cannot be run`, {
    cause: error,
    exitCode: 126,
    hint: `Make it executable (chmod +x) and let it begin with a line such as #!/bin/sh.`,
  });
}
