/** The last bytes of what a terminal printed, by their position since it was opened. Memory stays bounded. */
export class Scrollback {
  readonly #most: number;
  readonly #chunks: Uint8Array[] = [];
  #first = 0;
  #end = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Position after the last byte. */
  get end(): number {
    return this.#end;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#end += bytes.length;
    while (this.#end - this.#first > this.#most && this.#chunks.length > 1) {
      this.#first += this.#chunks.shift()?.length ?? 0;
    }
  }

  /** What follows `after`, one chunk; from the oldest that is kept when that is later. `undefined` when there is nothing yet. */
  next(after: number): { readonly offset: number; readonly data: Uint8Array } | undefined {
    let start = this.#first;
    for (const chunk of this.#chunks) {
      const offset = start + chunk.length;
      if (offset > after) return { offset, data: chunk.subarray(Math.max(0, after - start)) };
      start = offset;
    }
    return undefined;
  }
}
