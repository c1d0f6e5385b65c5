import type { RunEvent } from "@gantry/driver-api";
import { type Cursor, CursorTracker, type StreamName } from "./cursor.ts";
import { garbled } from "../errors.ts";

/** Bytes after which a line without an end is passed on in pieces, and lines without a pause too. */
const MAX_TEXT = 64 * 1024;
const HEADER = 8;
/** `2026-11-23T18:30:02`: what is constant within one second. */
const STAMP = 19;

interface Line {
  parts: Buffer[];
  size: number;
  /** Of each of its entries. */
  seconds: number[];
}

/**
 * Makes events of whole lines from the engine's multiplexed, time-stamped log. An entry counts as passed on only when
 * its whole line is, each stream for itself, so a cursor never points into a line.
 */
export class LogAssembler {
  readonly #tracker: CursorTracker;
  readonly #skip: Record<StreamName, number>;
  readonly #lines = new Map<StreamName, Line>();
  readonly #ready: RunEvent[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #batch: { stream: StreamName; parts: Buffer[]; size: number } | undefined;
  #stamp = "";
  #second = 0;

  constructor(start: Cursor) {
    this.#tracker = new CursorTracker(start.since);
    this.#skip = { stdout: start.stdout, stderr: start.stderr };
  }

  /** The events that `chunk` completes. */
  push(chunk: Buffer): readonly RunEvent[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= HEADER) {
      const size = bytes.readUInt32BE(at + 4);
      if (bytes.length - at < HEADER + size) break;
      this.#entry(streamOf(bytes.readUInt8(at)), bytes.subarray(at + HEADER, at + HEADER + size));
      at += HEADER + size;
    }
    this.#rest = bytes.subarray(at);
    return this.#take();
  }

  /** What is left once the program has ended: lines without a newline. */
  end(): readonly RunEvent[] {
    for (const [stream, line] of this.#lines) this.#pass(stream, line);
    this.#lines.clear();
    return this.#take();
  }

  #take(): readonly RunEvent[] {
    this.#flush();
    return this.#ready.splice(0);
  }

  #entry(stream: StreamName, payload: Buffer): void {
    const space = payload.indexOf(32);
    this.#readStamp(payload);
    if (this.#skip[stream] > 0) {
      this.#skip[stream] -= 1;
      this.#tracker.add(stream, this.#second);
      return;
    }
    const line = this.#lines.get(stream) ?? { parts: [], size: 0, seconds: [] };
    line.parts.push(payload.subarray(space + 1));
    line.seconds.push(this.#second);
    line.size += payload.length - space - 1;
    const isWhole = payload.at(-1) === 10 || (line.size > MAX_TEXT && endsCharacter(payload));
    this.#lines.set(stream, line);
    if (!isWhole) return;
    // Only then forgotten: events that become ready on the way must not point behind its beginning.
    this.#pass(stream, line);
    this.#lines.delete(stream);
  }

  #readStamp(payload: Buffer): void {
    const stamp = payload.toString("latin1", 0, STAMP);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const time = Date.parse(`${stamp}Z`);
    if (Number.isNaN(time)) throw garbled("log entry");
    this.#second = Math.floor(time / 1000);
  }

  #pass(stream: StreamName, line: Line): void {
    if (this.#batch?.stream !== stream || this.#batch.size > MAX_TEXT) this.#flush();
    this.#batch ??= { stream, parts: [], size: 0 };
    this.#batch.parts.push(...line.parts);
    this.#batch.size += line.size;
    for (const second of line.seconds) this.#tracker.add(stream, second);
  }

  #flush(): void {
    if (this.#batch === undefined) return;
    const { stream, parts } = this.#batch;
    this.#batch = undefined;
    const text = Buffer.concat(parts).toString("utf8");
    const waiting = [...this.#lines.values()].map(({ seconds }) => seconds[0] ?? 0);
    const cursor = this.#tracker.cursor(Math.min(this.#second, ...waiting));
    this.#ready.push({ cursor, event: { kind: "log", stream, text } });
  }
}

function streamOf(type: number): StreamName {
  if (type === 1) return "stdout";
  if (type === 2) return "stderr";
  throw garbled("stream in a log");
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
