import type { RunEvent } from "@gantry/driver-api";
import { garbled } from "../errors.ts";
import { type Cursor, formatCursor, type StreamName } from "./cursor.ts";

/** Bytes after which a line without an end is passed on in pieces, and lines without a pause too. */
const MAX_TEXT = 64 * 1024;

interface Line {
  readonly stream: StreamName;
  readonly parts: Buffer[];
  /** Where each of its entries begins in the file. */
  readonly offsets: number[];
  size: number;
  /** Entries of each stream that were passed on, of those behind its beginning. */
  readonly since: Record<StreamName, number>;
}

/**
 * Makes events of whole lines from the log file that Podman's monitor writes: `TIME STREAM F|P TEXT`, where `P` says
 * that the line goes on in the stream's next entry. A cursor never points into a line.
 */
export class LogAssembler {
  readonly #skip: Record<StreamName, number>;
  readonly #lines = new Map<StreamName, Line>();
  #ready: RunEvent[] = [];
  #batch: { readonly stream: StreamName; readonly parts: Buffer[]; size: number } | undefined;
  #rest: Buffer = Buffer.alloc(0);
  /** Where the next entry begins in the file. */
  #offset: number;

  constructor(start: Cursor) {
    this.#offset = start.offset;
    this.#skip = { stdout: start.stdout, stderr: start.stderr };
  }

  /** The events that `chunk` completes. */
  push(chunk: Buffer): readonly RunEvent[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let begin = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, begin)) {
      this.#entry(bytes.subarray(begin, end));
      this.#offset += end + 1 - begin;
      begin = end + 1;
    }
    // Copied, because the chunk's memory is the reader's.
    this.#rest = Buffer.from(bytes.subarray(begin));
    return this.#take();
  }

  /** What is left once the program has ended: lines without a newline. */
  end(): readonly RunEvent[] {
    for (const line of this.#lines.values()) this.#pass(line);
    return this.#take();
  }

  #take(): readonly RunEvent[] {
    this.#flush();
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #entry(bytes: Buffer): void {
    const { stream, isWhole, text } = parseEntry(bytes);
    if (this.#skip[stream] > 0) {
      this.#skip[stream] -= 1;
      this.#count(stream, [this.#offset]);
      return;
    }
    const line = this.#lines.get(stream) ?? newLine(stream);
    // Copied, because the chunk's memory is the reader's.
    line.parts.push(Buffer.from(text), ...(isWhole ? [NEWLINE] : []));
    line.offsets.push(this.#offset);
    line.size += text.length;
    this.#lines.set(stream, line);
    if (isWhole || (line.size > MAX_TEXT && endsCharacter(text))) this.#pass(line);
  }

  #pass(line: Line): void {
    const { stream, parts, offsets, size } = line;
    if (this.#batch?.stream !== stream || this.#batch.size > MAX_TEXT) this.#flush();
    // Forgotten only now: a cursor made on the way must not point behind its beginning.
    this.#lines.delete(stream);
    this.#batch ??= { stream, parts: [], size: 0 };
    this.#batch.parts.push(...parts);
    this.#batch.size += size;
    this.#count(stream, offsets);
  }

  /** Tells the lines that still wait of entries that were passed on. */
  #count(stream: StreamName, offsets: readonly number[]): void {
    for (const line of this.#lines.values()) {
      const [beginning = 0] = line.offsets;
      line.since[stream] += offsets.filter((offset) => offset > beginning).length;
    }
  }

  #flush(): void {
    if (this.#batch === undefined) return;
    const { stream, parts } = this.#batch;
    this.#batch = undefined;
    const text = Buffer.concat(parts).toString("utf8");
    this.#ready.push({ cursor: this.#cursor(), event: { kind: "log", stream, text } });
  }

  #cursor(): string {
    const [first] = [...this.#lines.values()].toSorted(
      (a, b) => (a.offsets[0] ?? 0) - (b.offsets[0] ?? 0),
    );
    if (first === undefined) return formatCursor({ offset: this.#offset, stdout: 0, stderr: 0 });
    return formatCursor({ offset: first.offsets[0] ?? 0, ...first.since });
  }
}

function newLine(stream: StreamName): Line {
  return { stream, parts: [], offsets: [], size: 0, since: { stdout: 0, stderr: 0 } };
}

const NEWLINE = Buffer.from("\n");
const STREAMS: Readonly<Record<string, StreamName>> = { stdout: "stdout", stderr: "stderr" };

function parseEntry(bytes: Buffer): { stream: StreamName; isWhole: boolean; text: Buffer } {
  const first = bytes.indexOf(32);
  const stream = STREAMS[bytes.toString("latin1", first + 1, first + 7)];
  const tag = bytes.toString("latin1", first + 8, first + 10);
  if (first === -1 || stream === undefined || !/^[FP] ?$/u.test(tag)) throw garbled("log entry");
  return { stream, isWhole: tag.startsWith("F"), text: bytes.subarray(first + 10) };
}

/** Whether no UTF-8 character is cut at the end of `bytes`. */
function endsCharacter(bytes: Buffer): boolean {
  for (let back = 1; back <= 4; back += 1) {
    const byte = bytes.at(-back) ?? 0;
    if (byte < 0x80) return true;
    if (byte >= 0xc0) return back >= (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2);
  }
  return true;
}
