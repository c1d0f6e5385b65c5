import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Child, startProcess } from "@gantry/process";
import { MeasureError } from "../errors.ts";

/** A client in a process of its own that follows operations. */
export class Watcher implements AsyncDisposable {
  readonly #child: Child;
  readonly #answers: AsyncIterator<string>;

  private constructor(child: Child) {
    this.#child = child;
    this.#answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  }

  /** Returns once it is connected to the daemon of that home. */
  static async start(home: string): Promise<Watcher> {
    const file = fileURLToPath(new URL("watch-client.ts", import.meta.url));
    const args = ["--conditions=@gantry/source", file, home];
    const env = { PATH: process.env["PATH"] };
    const stdio = ["pipe", "pipe", "inherit"] as const;
    const watcher = new Watcher(
      await startProcess(process.execPath, args, { env, stdio: [...stdio], graceMs: 1_000 }),
    );
    await watcher.#answer();
    return watcher;
  }

  /** Has it follow an operation; the lines that it got can be asked for with `lines`. */
  follow(operationId: string): void {
    this.#child.stdin.write(`${operationId}\n`);
  }

  /** Waits for the end of the operation and gives how many lines came. */
  async lines(): Promise<number> {
    return Number(await this.#answer());
  }

  /** Lets it lie: it stays connected and reads nothing, not even what the system holds for it. */
  stall(): void {
    this.#child.kill("SIGSTOP");
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#answers.next();
    if (done !== true) return value;
    throw new MeasureError("A watching client ended early.", { hint: "See what it printed." });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGCONT");
    await this.#child.stop();
  }
}
