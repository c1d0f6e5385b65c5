import { setTimeout as delay } from "node:timers/promises";
import type { Exit } from "./child.ts";

/** What is used of node-pty, whose own types are declared under another package's name. */
interface NativePty {
  readonly pid: number;
  onData(listener: (data: Buffer) => void): void;
  onExit(listener: (exit: { exitCode: number; signal?: number }) => void): void;
  write(data: Buffer): void;
  resize(columns: number, rows: number): void;
  pause(): void;
  resume(): void;
  kill(signal: NodeJS.Signals): void;
}

interface NativeModule {
  spawn(
    file: string,
    args: readonly string[],
    options: Readonly<Record<string, unknown>>,
  ): NativePty;
}

export interface PtySize {
  readonly columns: number;
  readonly rows: number;
}

export interface PtyOptions {
  readonly size: PtySize;
  readonly cwd?: string;
  /** The whole environment; nothing of ours is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds between SIGHUP and SIGKILL. */
  readonly graceMs?: number;
}

/** Not a literal, so that no bundler looks into it. */
const LIBRARY: string = "node-pty";

/** Chunks that may wait for their reader before the program has to. */
const MOST_WAITING = 64;
const DEFAULT_GRACE_MS = 1_000;

/** A program on a terminal of its own. Disposing it hangs up: SIGHUP, then SIGKILL. */
export class Pty implements AsyncDisposable {
  /** Settles once the program has ended. Never rejects. */
  readonly exit: Promise<Exit>;
  readonly #native: NativePty;
  readonly #graceMs: number;
  readonly #waiting: Buffer[] = [];
  #wake: (() => void) | undefined;
  #hasEnded = false;

  private constructor(native: NativePty, graceMs: number) {
    this.#native = native;
    this.#graceMs = graceMs;
    native.onData((data) => this.#take(data));
    this.exit = new Promise((resolve) => {
      native.onExit(({ exitCode, signal }) => {
        this.#hasEnded = true;
        this.#wake?.();
        resolve(signal === undefined || signal === 0 ? codeOnly(exitCode) : codeOnly(128 + signal));
      });
    });
  }

  /** Starts `command`. One that cannot be started ends at once with a code that is not 0. */
  static async start(command: string, args: readonly string[], options: PtyOptions): Promise<Pty> {
    // Loaded when first needed: it is a native library, and most processes never have a terminal.
    const { spawn } = (await import(LIBRARY)) as NativeModule;
    const { columns, rows } = options.size;
    const native = spawn(command, [...args], {
      name: options.env["TERM"] ?? "xterm-256color",
      cols: columns,
      rows,
      cwd: options.cwd ?? "/",
      env: { ...options.env },
      encoding: null,
    });
    return new Pty(native, options.graceMs ?? DEFAULT_GRACE_MS);
  }

  get pid(): number {
    return this.#native.pid;
  }

  /** What it prints, as bytes. To be read once; a slow reader slows the program. Ends with the program. */
  async *output(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const data = this.#waiting.shift();
      if (data !== undefined) {
        if (this.#waiting.length === 0) this.#native.resume();
        yield data;
      } else if (this.#hasEnded) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Types. Bytes for a program that has ended are dropped. */
  write(data: Uint8Array): void {
    if (!this.#hasEnded) this.#native.write(Buffer.from(data));
  }

  resize({ columns, rows }: PtySize): void {
    if (!this.#hasEnded) this.#native.resize(columns, rows);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal("SIGHUP");
    const settled = this.exit.then(() => true);
    if ((await Promise.race([settled, delay(this.#graceMs, false)])) === true) return;
    this.#signal("SIGKILL");
    this.#native.resume();
    await settled;
  }

  #take(data: Buffer): void {
    this.#waiting.push(data);
    if (this.#waiting.length >= MOST_WAITING) this.#native.pause();
    this.#wake?.();
  }

  /** To everything that the program started on its terminal. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#hasEnded) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
  }
}

function codeOnly(code: number): Exit {
  return { code, signal: null };
}
