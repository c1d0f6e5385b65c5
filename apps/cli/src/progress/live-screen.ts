import { textWidth, withoutCommands } from "@gantry/terminal-text";
import { type Output, terminalSize } from "../world.ts";
import { write } from "./write.ts";

/** Milliseconds between two frames: at most 15 in a second. */
const FRAME_MS = 67;

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A few lines at the bottom of a terminal that are drawn over, with text that scrolls away above them. */
export class LiveScreen implements Disposable {
  readonly #output: Output;
  readonly #draw: (size: Size) => readonly string[];
  #drawn: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #waiting: string[] = [];
  readonly #restore = (): void => {
    this.#output.write(SHOW_CURSOR);
  };
  readonly #suspend = (): void => {
    this.#erase();
    this.#output.write(SHOW_CURSOR);
    process.kill(process.pid, "SIGSTOP");
  };
  readonly #continue = (): void => {
    this.#output.write(HIDE_CURSOR);
    this.#frame();
  };
  readonly #hangUp = (): void => {
    this[Symbol.dispose]();
    process.exit(129);
  };

  constructor(output: Output, draw: (size: Size) => readonly string[]) {
    this.#output = output;
    this.#draw = draw;
    output.write(HIDE_CURSOR);
    process.on("exit", this.#restore);
    process.on("SIGTSTP", this.#suspend);
    process.on("SIGCONT", this.#continue);
    process.on("SIGHUP", this.#hangUp);
    this.#timer = setInterval(() => this.#frame(), FRAME_MS);
  }

  /** Text that stays, whole lines, above what is drawn. Text for this terminal waits for the next frame. */
  async above(output: Output, text: string): Promise<void> {
    if (output === this.#output || output.isTTY === true) {
      this.#waiting.push(text);
      if (this.#waiting.length > 500) this.#frame();
      return;
    }
    await write(output, text);
  }

  [Symbol.dispose](): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
    this.#output.write(this.#waiting.splice(0).join("") + SHOW_CURSOR);
    process.off("exit", this.#restore);
    process.off("SIGTSTP", this.#suspend);
    process.off("SIGCONT", this.#continue);
    process.off("SIGHUP", this.#hangUp);
  }

  #frame(): void {
    const { columns, rows } = terminalSize(this.#output);
    const text = this.#waiting.splice(0).join("");
    const lines = this.#draw({ columns, rows });
    if (text === "" && lines.join("\n") === this.#drawn.join("\n")) return;
    const start = this.#start();
    // Lines are written over, not erased first: an erased line flickers.
    const above = text.replaceAll("\n", `${CLEAR_LINE}\n`);
    const body = lines.map((line) => `${line}${CLEAR_LINE}`).join("\n");
    this.#output.write(`${start}${above}${body}${CLEAR_BELOW}`);
    this.#drawn = lines;
  }

  #erase(): void {
    this.#output.write(`${this.#start()}${CLEAR_BELOW}`);
    this.#drawn = [];
  }

  /** To the first column of the first drawn line. A terminal that was made narrower has wrapped the lines meanwhile. */
  #start(): string {
    const { columns } = terminalSize(this.#output);
    const rows = this.#drawn.map((line) =>
      Math.max(1, Math.ceil(textWidth(withoutCommands(line)) / columns)),
    );
    const up = rows.reduce((sum, count) => sum + count, 0) - 1;
    return up > 0 ? `\r\u001b[${up}A` : "\r";
  }
}
