import { RunError } from "./run-error.ts";

const MOST_BYTES = 256 * 1024 * 1024;

/** Keeps what a program prints, when somebody will ask for it. */
export class Capture {
  readonly #isWanted: boolean;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(isWanted: boolean) {
    this.#isWanted = isWanted;
  }

  push(bytes: Buffer): void {
    if (!this.#isWanted) return;
    this.#bytes += bytes.length;
    if (this.#bytes <= MOST_BYTES) this.#chunks.push(bytes);
    else this.#chunks.length = 0;
  }

  /** Everything that was printed. Throws a `RunError` when that was more than 256 MiB. */
  text(): string {
    if (this.#bytes <= MOST_BYTES) return Buffer.concat(this.#chunks).toString("utf8");
    throw new RunError("the command printed more than 256 MiB, which is too much to look through", {
      hint: "Let it write to a file and take that as the output, with `path`.",
    });
  }
}
