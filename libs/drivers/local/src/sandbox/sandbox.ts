import { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type Exit, ProcessError } from "@gantry/process";
import type { InitProcess } from "./setup/init-process.ts";

/** A program in namespaces of its own, under way or over. Disposing it stops it: ask, grace, kill. */
export class Sandbox implements AsyncDisposable {
  /** First process of the sandbox, as this machine counts. When it ends, everything in the sandbox ends. */
  readonly initPid: number;
  /** Settles once the program has ended and its pipes are closed. Code 128 + n when signal n ended it. Never rejects. */
  readonly exit: Promise<Exit>;
  readonly #init: InitProcess;
  readonly #graceMs: number;
  #isKilled = false;

  constructor(init: InitProcess, initPid: number, graceMs: number) {
    this.#init = init;
    this.initPid = initPid;
    // Some versions of unshare do not say that its child was killed.
    this.exit = init.exit.then((exit) =>
      this.#isKilled ? { code: null, signal: "SIGKILL" } : exit,
    );
    this.#graceMs = graceMs;
  }

  /** Whether the program or what set it up still runs. */
  get isRunning(): boolean {
    const { exitCode, signalCode } = this.#init.process;
    return exitCode === null && signalCode === null;
  }

  get stdin(): Writable {
    return pipe(this.#init.stream(0), Writable);
  }
  get stdout(): Readable {
    return pipe(this.#init.stream(1), Readable);
  }
  get stderr(): Readable {
    return pipe(this.#init.stream(2), Readable);
  }

  /** SIGTERM to the program, SIGKILL to everything after `graceMs`; returns once all has ended. Twice is fine. */
  async stop(options: { readonly graceMs?: number } = {}): Promise<Exit> {
    this.#signal("SIGTERM");
    const timer = new AbortController();
    const deadline = delay(options.graceMs ?? this.#graceMs, undefined, { signal: timer.signal })
      .then(() => this.#signal("SIGKILL"))
      .catch(() => undefined);
    const exit = await this.exit;
    timer.abort();
    await deadline;
    return exit;
  }

  /** Lets this process end while the sandbox goes on; for sandboxes with a supervisor. */
  letGo(): void {
    this.#init.process.unref();
  }

  #signal(signal: NodeJS.Signals): void {
    if (!this.isRunning) return;
    try {
      process.kill(this.initPid, signal);
      if (signal === "SIGKILL") this.#isKilled = true;
    } catch {
      // It ended between the look and the signal.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

function pipe<Stream extends Readable | Writable>(
  stream: Readable | Writable | null,
  kind: abstract new (...args: never[]) => Stream,
): Stream {
  if (stream instanceof kind) return stream;
  throw new ProcessError("not-started", "The sandbox was started without that pipe.", {
    hint: "Ask for a pipe in `stdio`.",
  });
}
