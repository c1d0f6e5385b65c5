import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { ToolFailedError } from "../errors.ts";
import { killGroup } from "./process.ts";
import { NAMESPACES, toolEnv } from "./tool.ts";

/*
 * Runs "$@" until its standard input closes, which it does also when the process that holds the other end is
 * killed: then the command is asked to stop, and killed when it has not after 20 seconds.
 */
const LEASH = `
exec 3<&0
"$@" </dev/null 3<&- &
engine=$!
(
  read -r _ <&3
  kill -TERM $engine
  left=100
  while [ $left -gt 0 ] && kill -0 $engine 2>/dev/null; do sleep 0.2; left=$((left - 1)); done
  kill -KILL $engine 2>/dev/null
) &
wait $engine
code=$?
kill $! 2>/dev/null
exit $code
`;

export interface ServerOptions {
  readonly argv: readonly string[];
  /** Shell lines to run first, inside the namespaces of the server. */
  readonly prelude?: string;
  /** Whether to run it in mount and pid namespaces of its own (root only). */
  readonly isolated?: boolean;
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A server that this process started. It is stopped by disposal, and stops by itself when this process dies. */
export class Server implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #logFile: string;
  readonly #ended: Promise<unknown>;

  constructor(options: ServerOptions) {
    const log = openSync(options.logFile, "a", 0o600);
    const script = `${options.prelude ?? ""}${LEASH}`;
    const inner = ["sh", "-c", script, "sh", ...options.argv];
    const [file = "sh", ...args] = options.isolated === true ? [...NAMESPACES, ...inner] : inner;
    // A process group of its own: a Ctrl-C on the terminal must not reach it before the tests have cleaned up.
    this.#child = spawn(file, args, {
      stdio: ["pipe", log, log],
      detached: true,
      env: options.env ?? toolEnv(),
    });
    closeSync(log);
    this.#child.stdin?.on("error", () => undefined);
    this.#logFile = options.logFile;
    this.#ended = new Promise((resolve) => {
      this.#child.once("close", resolve).once("error", resolve);
    });
  }

  /** The process that leads the server's process group; `undefined` when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until `ready` says so. Throws with the end of the log when the server ends first or takes too long. */
  async waitFor(
    ready: () => Promise<boolean>,
    options: { signal: AbortSignal; timeoutMs: number },
  ) {
    const deadline = Date.now() + options.timeoutMs;
    while (!(await ready())) {
      options.signal.throwIfAborted();
      if (!this.#runs()) await this.#fail("ended");
      if (Date.now() > deadline)
        await this.#fail(`was not ready after ${options.timeoutMs / 1000} s`);
      await delay(50);
    }
  }

  #runs(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  async #fail(what: string): Promise<never> {
    const log = await readFile(this.#logFile, "utf8").catch(() => "");
    throw new ToolFailedError("the server", what, log.trim().slice(-1500));
  }

  /** Asks it to stop by closing its leash; kills its process group when it has not after 25 seconds. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    const timer = new AbortController();
    const late = delay(25_000, "late", { signal: timer.signal }).catch(() => undefined);
    if ((await Promise.race([this.#ended, late])) === "late") killGroup(this.#child.pid);
    timer.abort();
    await this.#ended;
    // What its shell may have left for a moment.
    killGroup(this.#child.pid);
  }
}
