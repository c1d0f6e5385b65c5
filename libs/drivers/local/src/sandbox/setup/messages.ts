import type { Readable } from "node:stream";
import { createInterface } from "node:readline";

/** One line that a set-up process said: a word and the rest. */
export interface Message {
  readonly word: string;
  readonly rest: string;
}

/** Reads lines from a set-up process, one at a time; `undefined` once it has closed its end. */
export class Messages {
  readonly #lines: AsyncIterator<string>;

  constructor(stream: Readable) {
    stream.on("error", () => undefined);
    this.#lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })[
      Symbol.asyncIterator
    ]();
  }

  async next(): Promise<Message | undefined> {
    const { value, done } = await this.#lines.next();
    if (done === true) return undefined;
    const [word = "", ...rest] = value.split(" ");
    return { word, rest: rest.join(" ") };
  }
}
