/** How far a reader has come: bytes of each stream. */
export interface Place {
  readonly stdout: number;
  readonly stderr: number;
}

export interface LogItem {
  readonly cursor: string;
  readonly event: { readonly kind: "log"; readonly stream: keyof Place; readonly text: string };
}

const PIECE = 64 * 1024;
const HEAD = 8;

export function parsePlace(cursor: unknown): Place {
  const [stdout = 0, stderr = 0] = typeof cursor === "string" ? cursor.split(".").map(Number) : [];
  return { stdout, stderr };
}

/**
 * Takes the engine's log apart and gives what comes behind a place: whole lines, except where one is very long or
 * the last. The log is read from its start each time, because the engine cannot seek in it.
 */
export class Log {
  readonly #skip: Record<keyof Place, number>;
  readonly #done: Record<keyof Place, number>;
  readonly #held = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  #frames = Buffer.alloc(0);

  constructor(from: Place) {
    this.#skip = { ...from };
    this.#done = { ...from };
  }

  get place(): Place {
    return { ...this.#done };
  }

  /** The engine sends frames: a head with the stream and a length, then bytes. */
  *push(chunk: Buffer): Generator<LogItem> {
    this.#frames = Buffer.concat([this.#frames, chunk]);
    while (this.#frames.length >= HEAD) {
      const end = HEAD + this.#frames.readUInt32BE(4);
      if (this.#frames.length < end) break;
      this.#take(this.#frames[0] === 2 ? "stderr" : "stdout", this.#frames.subarray(HEAD, end));
      this.#frames = this.#frames.subarray(end);
    }
    for (const stream of ["stdout", "stderr"] as const) yield* this.#whole(stream);
  }

  /** What is left once the program has ended: the last line may lack its end. */
  *end(): Generator<LogItem> {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#held[stream].length > 0) yield this.#give(stream, this.#held[stream].length);
    }
  }

  #take(stream: keyof Place, bytes: Buffer): void {
    const skipped = Math.min(this.#skip[stream], bytes.length);
    this.#skip[stream] -= skipped;
    this.#held[stream] = Buffer.concat([this.#held[stream], bytes.subarray(skipped)]);
  }

  *#whole(stream: keyof Place): Generator<LogItem> {
    for (;;) {
      const held = this.#held[stream].subarray(0, PIECE);
      const lines = held.lastIndexOf(10) + 1;
      if (lines > 0) yield this.#give(stream, lines);
      else if (held.length === PIECE) yield this.#give(stream, wholeCharacters(held));
      else return;
    }
  }

  #give(stream: keyof Place, length: number): LogItem {
    const text = this.#held[stream].subarray(0, length).toString("utf8");
    this.#held[stream] = this.#held[stream].subarray(length);
    this.#done[stream] += length;
    const cursor = `${this.#done.stdout}.${this.#done.stderr}`;
    return { cursor, event: { kind: "log", stream, text } };
  }
}

/** Bytes up to a character that is cut off at the end. */
export function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes.at(-back) ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const width = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return width > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}
