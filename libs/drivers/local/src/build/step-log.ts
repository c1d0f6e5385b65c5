import type { Work } from "@gantry/driver-api";
import { lineChunks } from "@gantry/process";

/** Lines of a step's output that an error repeats. */
const TAIL = 12;

/** Passes a step's output on, and keeps the end of it. */
export class StepLog {
  readonly #step: string;
  readonly #work: Work;
  readonly #mask: (text: string) => string;
  #tail: string[] = [];

  constructor(step: string, work: Work, mask: (text: string) => string) {
    this.#step = step;
    this.#work = work;
    this.#mask = mask;
  }

  /** The last lines of both streams. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** Reads a stream to its end. A slow reader of the log slows the program, and nothing piles up. */
  async follow(stream: "stdout" | "stderr", bytes: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of lineChunks(bytes)) {
      const text = this.#mask(chunk);
      const lines = text.split("\n").filter((line) => line.trim() !== "");
      this.#tail = [...this.#tail, ...lines].slice(-TAIL);
      await this.#work.report({ kind: "log", stream, text, step: this.#step });
    }
  }
}
