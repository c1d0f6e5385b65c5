import type { FileHandle } from "node:fs/promises";

/** Events between two marks. */
const STRIDE = 512;
const CHUNK_BYTES = 256 * 1024;

/** Where in a log which event begins, every so often; and how far it is whole. */
export class LogIndex {
  /** Offset behind event n × STRIDE, by n. */
  readonly #marks: number[] = [0];
  #size = 0;
  #lastSeq = 0;
  #lastCursor: string | undefined;
  /** A line was torn: nothing behind it counts. */
  #isBroken = false;

  /** Reads a log that an earlier process wrote. A last line without its end does not count. */
  static async read(file: FileHandle): Promise<LogIndex> {
    const index = new LogIndex();
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (let offset = 0; ; ) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset);
      if (bytesRead === 0) return index;
      offset += bytesRead;
      rest = index.#takeLines(Buffer.concat([rest, chunk.subarray(0, bytesRead)]));
    }
  }

  get size(): number {
    return this.#size;
  }
  get lastSeq(): number {
    return this.#lastSeq;
  }
  get lastCursor(): string | undefined {
    return this.#lastCursor;
  }

  /** Event `seq` ends at `offset`. */
  note(seq: number, offset: number): void {
    this.#lastSeq = seq;
    if (seq % STRIDE === 0) this.#marks[seq / STRIDE] = offset;
  }

  grow(bytes: number): void {
    this.#size += bytes;
  }

  /** An offset at or before the event behind `after`, where a line begins. */
  offsetFor(after: number): number {
    const mark = Math.min(Math.floor(after / STRIDE), this.#marks.length - 1);
    return this.#marks[mark] ?? 0;
  }

  /** Takes the whole lines of `bytes` and gives the rest. */
  #takeLines(bytes: Buffer): Buffer {
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      this.#take(bytes.subarray(start, end));
      start = end + 1;
    }
    return bytes.subarray(start);
  }

  /** A line counts when it is whole and follows the one before. */
  #take(line: Buffer): void {
    const entry = this.#isBroken ? undefined : readEntry(line.toString());
    if (entry === undefined || entry.seq !== this.#lastSeq + 1) {
      this.#isBroken = true;
      return;
    }
    this.#size += line.length + 1;
    this.note(entry.seq, this.#size);
    if (entry.cursor !== undefined) this.#lastCursor = entry.cursor;
  }
}

function readEntry(line: string): { seq: number; cursor?: string } | undefined {
  try {
    return JSON.parse(line) as { seq: number; cursor?: string };
  } catch {
    return undefined;
  }
}
