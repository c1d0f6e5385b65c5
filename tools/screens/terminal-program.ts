import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import type { Terminal } from "@xterm/headless";

interface Pty {
  readonly pid: number;
  onData(listener: (data: string) => void): void;
  onExit(listener: () => void): void;
  write(data: string): void;
  kill(signal?: string): void;
}

const require = createRequire(import.meta.url);
// node-pty's own types are declared under another package's name.
const { spawn } = require("node-pty") as {
  spawn(program: string, args: string[], options: Readonly<Record<string, unknown>>): Pty;
};
const headless = require("@xterm/headless") as typeof import("@xterm/headless");

const PATIENCE_MS = 60_000;

export interface TerminalProgramOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cols: number;
  readonly rows: number;
}

/** A program in a terminal that is emulated. Disposing it ends the program. */
export class TerminalProgram implements AsyncDisposable {
  readonly terminal: Terminal;
  readonly #pty: Pty;
  readonly #exited: Promise<void>;
  readonly #listeners = new Set<() => void>();

  constructor({ program, args, cwd, env, cols, rows }: TerminalProgramOptions) {
    this.terminal = new headless.Terminal({ cols, rows, allowProposedApi: true });
    const options = { cols, rows, cwd, name: "xterm-256color" };
    const full = { ...env, TERM: "xterm-256color", COLORTERM: "truecolor" };
    this.#pty = spawn(program, [...args], { ...options, env: full });
    this.#pty.onData((data) => {
      this.terminal.write(data, () => {
        for (const listener of this.#listeners) listener();
      });
    });
    this.#exited = new Promise((resolve) => this.#pty.onExit(resolve));
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** What the screen shows, a line a row. */
  get text(): string {
    const { active } = this.terminal.buffer;
    const rows = Array.from({ length: this.terminal.rows }, (_, row) => active.getLine(row));
    return rows.map((row) => row?.translateToString(true) ?? "").join("\n");
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Milliseconds until the screen shows `words`, counted from now. */
  async paints(words: string): Promise<number> {
    const started = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const listener = (): void => {
      if (this.text.includes(words)) resolve(performance.now() - started);
    };
    const timer = setTimeout(() => reject(new ScreenMissing(words, this.text)), PATIENCE_MS);
    this.#listeners.add(listener);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(listener);
    }
  }

  async shows(pattern: RegExp): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS; waited += 50) {
      if (pattern.test(this.text)) return;
      await delay(50);
    }
    throw new ScreenMissing(String(pattern), this.text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pty.kill("SIGTERM");
    await this.#exited;
    this.terminal.dispose();
  }
}

/** The program never showed what was waited for. */
class ScreenMissing extends Error {
  override readonly name = "ScreenMissing";

  constructor(wanted: string, text: string) {
    super(`The program does not show ${wanted}, but:\n${text}`);
  }
}
