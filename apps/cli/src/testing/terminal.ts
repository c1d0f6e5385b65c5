import { setTimeout as delay } from "node:timers/promises";
import { type Pty, spawnPty, type TerminalHome, type TerminalOptions } from "./pty.ts";

/** A command in a terminal, and everything that it wrote there. */
export class Terminal {
  readonly exited: Promise<number>;
  readonly #pty: Pty;
  #text = "";

  constructor(home: TerminalHome, words: readonly string[], options: TerminalOptions = {}) {
    this.#pty = spawnPty(home, words, options);
    this.#pty.onData((data) => {
      this.#text += data;
    });
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => resolve(exitCode));
    });
  }

  get text(): string {
    return this.#text;
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
  }

  /** Waits until `pattern` has been written; `false` when it was not, within 15 seconds. */
  async shows(pattern: RegExp): Promise<boolean> {
    for (let waited = 0; waited < 15_000; waited += 20) {
      if (pattern.test(this.#text)) return true;
      await delay(20);
    }
    return false;
  }
}
