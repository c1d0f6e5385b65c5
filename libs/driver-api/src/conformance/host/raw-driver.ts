import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { type Child, startProcess } from "@gantry/process";

/** How a driver's process is started. */
export interface DriverProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** One line of a driver, as far as it could be read. */
export interface Said {
  readonly id?: string | number | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly data?: { readonly code?: string } };
  /** Set when the line is no message. */
  readonly garbage?: string;
}

const ANSWER_MS = 10_000;

/** A driver's process, spoken to line by line: also with lines that no peer would send. */
export class RawDriver implements AsyncDisposable {
  readonly #child: Child;
  readonly #said: Said[] = [];
  #stderr = "";

  private constructor(child: Child) {
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => this.#hear(line));
    child.stderr.on("data", (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString("utf8")).slice(-2_000);
    });
    child.stdin.on("error", () => undefined);
  }

  static async start({ command, args, ...options }: DriverProgram): Promise<RawDriver> {
    return new RawDriver(await startProcess(command, args, { ...options, group: true }));
  }

  /** Everything that it said so far. */
  get said(): readonly Said[] {
    return this.#said;
  }

  get isRunning(): boolean {
    return this.#child.isRunning;
  }

  /** The end of what it printed on stderr. */
  get stderr(): string {
    return this.#stderr.trim();
  }

  /** Writes text as it is. */
  write(text: string | Uint8Array): void {
    this.#child.stdin.write(text);
  }

  request(id: number, method: string, params: unknown = {}): void {
    this.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
  }

  /** What it says that `fits`; `undefined` when it ends or is silent for ten seconds. */
  async hears(fits: (said: Said) => boolean, timeoutMs = ANSWER_MS): Promise<Said | undefined> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      const found = this.#said.find(fits);
      if (found !== undefined) return found;
      if (!this.isRunning) break;
      await delay(10);
    }
    return this.#said.find(fits);
  }

  answer(id: number): Promise<Said | undefined> {
    return this.hears((said) => said.id === id);
  }

  /** Closes its stdin; whether it ended by itself in time. */
  async endInput(timeoutMs: number): Promise<boolean> {
    this.#child.stdin.end();
    const ended = this.#child.exit.then(() => true);
    return Promise.race([ended, delay(timeoutMs, false, { ref: false })]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stop({ graceMs: 500 });
  }

  #hear(line: string): void {
    if (line.trim() === "") return;
    try {
      const value: unknown = JSON.parse(line);
      this.#said.push(isMessage(value) ? value : { garbage: line.slice(0, 200) });
    } catch {
      this.#said.push({ garbage: line.slice(0, 200) });
    }
  }
}

function isMessage(value: unknown): value is Said {
  return typeof value === "object" && value !== null && "jsonrpc" in value;
}
