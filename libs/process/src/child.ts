import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { ProcessError } from "./errors.ts";

/** How a process ended: exactly one of the two is set. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnOptions {
  readonly cwd?: string;
  /** The whole environment; nothing of ours is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborting asks the process to end and kills it after `graceMs`. */
  readonly signal?: AbortSignal;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs?: number;
  /** Lead a process group of its own, which every signal then reaches as a whole. */
  readonly group?: boolean;
  /** Defaults to three pipes. */
  readonly stdio?: StdioOptions;
}

const DEFAULT_GRACE_MS = 5_000;

/** A running program. Disposing it stops it: ask, grace, kill. */
export class Child implements AsyncDisposable {
  readonly pid: number;
  /** Settles once the process has ended and its pipes are closed. Never rejects. */
  readonly exit: Promise<Exit>;
  /** Settles once the process itself has ended; what it started may still hold its pipes. Never rejects. */
  readonly ended: Promise<Exit>;
  readonly #process: ChildProcess;
  readonly #group: boolean;
  readonly #graceMs: number;
  /** Ended, and nobody of its group holds its pipes any more. */
  #isClosed = false;

  constructor(process: ChildProcess, pid: number, options: SpawnOptions) {
    this.#process = process;
    this.pid = pid;
    this.#group = options.group === true;
    this.#graceMs = options.graceMs ?? DEFAULT_GRACE_MS;
    this.exit = new Promise((resolve) => {
      process.once("close", (code, signal) => {
        this.#isClosed = true;
        resolve({ code, signal });
      });
    });
    this.ended = new Promise((resolve) => {
      process.once("exit", (code, signal) => resolve({ code, signal }));
    });
    options.signal?.addEventListener("abort", () => void this.stop(), { once: true });
    if (options.signal?.aborted === true) void this.stop();
  }

  get stdin(): Writable {
    return present(this.#process.stdin, "stdin");
  }
  get stdout(): Readable {
    return present(this.#process.stdout, "stdout");
  }
  get stderr(): Readable {
    return present(this.#process.stderr, "stderr");
  }
  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Sends a signal to the process, or to what is left of its group. One that has ended is no error. */
  kill(signal: NodeJS.Signals): void {
    if (this.#group ? this.#isClosed : !this.isRunning) return;
    try {
      process.kill(this.#group ? -this.pid : this.pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
  }

  /** SIGTERM, then SIGKILL after `graceMs`; returns when it has ended. Twice is fine. */
  async stop(options: { readonly graceMs?: number } = {}): Promise<Exit> {
    this.kill("SIGTERM");
    const timer = new AbortController();
    const deadline = delay(options.graceMs ?? this.#graceMs, undefined, {
      signal: timer.signal,
      ref: true,
    })
      .then(() => this.kill("SIGKILL"))
      .catch(() => undefined);
    const exit = await this.exit;
    timer.abort();
    await deadline;
    return exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function present<Stream>(stream: Stream | null, name: string): Stream {
  if (stream !== null) return stream;
  throw new ProcessError("not-started", `The process was started without a pipe on ${name}.`, {
    hint: "Ask for a pipe in `stdio`.",
  });
}

/** Starts `command`; returns once the system has accepted it. Throws `ProcessError` when it cannot be started. */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): Promise<Child> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: options.stdio ?? "pipe",
    detached: options.group === true,
  });
  try {
    await once(child, "spawn");
  } catch (cause) {
    throw toStartError(command, options.cwd, cause);
  }
  child.on("error", () => undefined);
  return new Child(child, child.pid ?? 0, options);
}

function toStartError(command: string, cwd: string | undefined, cause: unknown): ProcessError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "ENOENT") {
    const where = cwd === undefined ? "" : ` (or its working directory ${cwd} does not exist)`;
    return new ProcessError("not-found", `Program ${command} was not found${where}.`, {
      hint: `Install ${command}, or correct PATH.`,
      cause,
    });
  }
  return new ProcessError(
    "not-started",
    `Program ${command} could not be started: ${code || String(cause)}.`,
    {
      hint: `Check that ${command} is executable.`,
      cause,
    },
  );
}
