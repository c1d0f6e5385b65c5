import { StringDecoder } from "node:string_decoder";

/** Characters after which a line without an end is passed on in pieces. */
const MAX_LINE = 64 * 1024;

/** Cuts a byte stream into text of whole lines. Invalid UTF-8 becomes U+FFFD; a line over 64 KiB comes in pieces. */
export class LineChunker {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  /** The whole lines that `bytes` complete, as one text; empty when there are none. */
  push(bytes: Uint8Array): string {
    const text =
      this.#rest +
      this.#decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const cut = text.lastIndexOf("\n") + 1;
    if (text.length - cut > MAX_LINE) {
      this.#rest = "";
      return text;
    }
    this.#rest = text.slice(cut);
    return text.slice(0, cut);
  }

  /** What was left without a newline at the end of the stream. */
  end(): string {
    const text = this.#rest + this.#decoder.end();
    this.#rest = "";
    return text;
  }
}

/** Reads a byte stream as texts of whole lines. */
export async function* lineChunks(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const chunker = new LineChunker();
  for await (const bytes of stream) {
    const text = chunker.push(bytes);
    if (text !== "") yield text;
  }
  const rest = chunker.end();
  if (rest !== "") yield rest;
}
