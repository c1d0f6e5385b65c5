import { StringDecoder } from "node:string_decoder";

/** Pieces after which they are put together, so that single bytes do not pile up. */
const MOST_PIECES = 1_024;

/** Cuts bytes into lines. Invalid UTF-8 becomes U+FFFD. */
export class LineBuffer {
  readonly #decoder = new StringDecoder("utf8");
  #pieces: string[] = [];
  #length = 0;

  /** Characters of the line that has not ended yet. */
  get pendingLength(): number {
    return this.#length;
  }

  /** The lines that `chunk` completes, without their ends. */
  push(chunk: Buffer): string[] {
    const lines = this.#decoder.write(chunk).split("\n");
    const rest = lines.pop() ?? "";
    if (lines.length > 0) {
      lines[0] = this.#pieces.join("") + (lines[0] ?? "");
      this.clear();
    }
    this.#keep(rest);
    return lines;
  }

  clear(): void {
    this.#pieces = [];
    this.#length = 0;
  }

  #keep(rest: string): void {
    if (rest === "") return;
    this.#pieces.push(rest);
    this.#length += rest.length;
    if (this.#pieces.length > MOST_PIECES) this.#pieces = [this.#pieces.join("")];
  }
}
