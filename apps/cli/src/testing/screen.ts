import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import type { Terminal as Emulator } from "@xterm/headless";
import { type Pty, spawnPty, type TerminalHome, type TerminalOptions } from "./pty.ts";

const { Terminal } = createRequire(import.meta.url)(
  "@xterm/headless",
) as typeof import("@xterm/headless");

const KEYS = {
  enter: "\r",
  escape: "\u001b",
  up: "\u001b[A",
  down: "\u001b[B",
  tab: "\t",
  ctrlC: "\u0003",
} as const;

/** How long a test waits for something to show: a machine may be busy. */
const PATIENCE_MS = 20_000;

/** A program on a terminal that is emulated: what a person would see, and what was sent to make it so. */
export class Screen implements Disposable {
  readonly exited: Promise<number>;
  readonly #pty: Pty;
  readonly #emulator: Emulator;
  #sent = "";
  #rows: number;

  constructor(
    home: TerminalHome,
    words: readonly string[],
    { columns = 80, rows = 24, env = {} }: TerminalOptions = {},
  ) {
    this.#rows = rows;
    this.#emulator = new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 500 });
    this.#pty = spawnPty(home, words, { columns, rows, env });
    this.#pty.onData((data) => {
      this.#sent += data;
      this.#emulator.write(data);
    });
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => resolve(exitCode));
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Everything that the program has written. */
  get sent(): string {
    return this.#sent;
  }

  /** The rows of the screen, blanks at their ends left out. */
  get rows(): readonly string[] {
    const buffer = this.#emulator.buffer.active;
    return Array.from({ length: this.#rows }, (_, row) =>
      (buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? "").trimEnd(),
    );
  }

  get text(): string {
    return this.rows.join("\n");
  }

  /** What is on the screen and what has scrolled off it, long lines in one piece. */
  get history(): string {
    const buffer = this.#emulator.buffer.active;
    let text = "";
    for (let row = 0; row < buffer.length; row++) {
      const line = buffer.getLine(row);
      const start = line?.isWrapped === true ? text : `${text.trimEnd()}\n`;
      text = start + (line?.translateToString() ?? "");
    }
    return text.trimEnd();
  }

  /** Whether the program has the whole screen, apart from what was there before. */
  get isFull(): boolean {
    return this.#emulator.buffer.active.type === "alternate";
  }

  /** Rows that were too long for the terminal and went on in the next one. */
  get wrapped(): number {
    const buffer = this.#emulator.buffer.active;
    return Array.from({ length: this.#rows }, (_, row) => buffer.getLine(row)).filter(
      (line) => line?.isWrapped === true,
    ).length;
  }

  /** Number of the palette's colour that the first letter of a text has, where the text stands first or last; -1: the terminal's own. */
  colourOf(text: string, which: "first" | "last" = "first"): number {
    const rows = this.rows;
    const has = (row: string): boolean => row.includes(text);
    const at = which === "first" ? rows.findIndex(has) : rows.findLastIndex(has);
    const buffer = this.#emulator.buffer.active;
    const cell = buffer.getLine(buffer.viewportY + at)?.getCell(rows[at]?.indexOf(text) ?? 0);
    return cell?.getFgColor() ?? -1;
  }

  type(...keys: readonly string[]): void {
    for (const key of keys) this.#pty.write(key in KEYS ? KEYS[key as keyof typeof KEYS] : key);
  }

  /** Types keys one after the other, each once the screen has come to rest. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.type(key);
      await this.rests();
    }
  }

  resize(columns: number, rows: number): void {
    this.#rows = rows;
    this.#emulator.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  kill(signal: string): void {
    this.#pty.kill(signal);
  }

  /** Waits until the screen shows it. Throws with what it shows instead. */
  async shows(pattern: RegExp | string): Promise<void> {
    await this.#until(() => isIn(this.text, pattern), `shows ${pattern}`);
  }

  /** Waits until it has been said, by a program that only adds lines: it may have scrolled off since. */
  async says(pattern: RegExp | string): Promise<void> {
    await this.#until(() => isIn(this.history, pattern), `says ${pattern}`);
  }

  async lacks(text: string): Promise<void> {
    await this.#until(() => !this.text.includes(text), `lacks ${text}`);
  }

  /** Waits until nothing has been written for a moment. */
  async rests(): Promise<void> {
    let before = -1;
    while (before !== this.#sent.length) {
      before = this.#sent.length;
      await delay(90);
    }
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS; waited += 25) {
      if (holds()) return;
      await delay(25);
    }
    throw new ScreenError(`The screen never ${what}. It is:\n${this.text}`);
  }

  [Symbol.dispose](): void {
    this.#pty.kill("SIGKILL");
    this.#emulator.dispose();
  }
}

function isIn(text: string, pattern: RegExp | string): boolean {
  return typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
}

class ScreenError extends Error {
  override readonly name = "ScreenError";
}
