import { type FileHandle, open } from "node:fs/promises";
import type { RunEvent } from "@gantry/driver-api";

const BLOCK = 64 * 1024;
const NEWLINE = 0x0a;

/** How far each stream has been passed on, in bytes. */
export interface LogPlace {
  readonly stdout: number;
  readonly stderr: number;
}

type Stream = keyof LogPlace;

/** Reads `o<bytes>e<bytes>`; `undefined` for anything else. */
export function parseCursor(text: string): LogPlace | undefined {
  const match = /^o(\d{1,15})e(\d{1,15})$/.exec(text);
  return match === null ? undefined : { stdout: Number(match[1]), stderr: Number(match[2]) };
}

function formatCursor(place: LogPlace): string {
  return `o${place.stdout}e${place.stderr}`;
}

/** The two logs of a run, read from a place on. Within a stream the order is exact; between the two it is as they are found. */
export class LogReader implements AsyncDisposable {
  readonly #files: Readonly<Record<Stream, FileHandle>>;
  readonly #buffer = Buffer.allocUnsafe(BLOCK);
  #place: LogPlace;

  private constructor(files: Readonly<Record<Stream, FileHandle>>, place: LogPlace) {
    this.#files = files;
    this.#place = place;
  }

  static async open(paths: Readonly<Record<Stream, string>>, from: LogPlace): Promise<LogReader> {
    await using held = new AsyncDisposableStack();
    const stdout = held.use(await open(paths.stdout, "r"));
    const stderr = held.use(await open(paths.stderr, "r"));
    held.move();
    return new LogReader({ stdout, stderr }, from);
  }

  /** Everything that is there now: whole lines only, unless the run `hasEnded`. */
  async *drain(hasEnded: boolean): AsyncGenerator<RunEvent> {
    for (let found = true; found; ) {
      found = false;
      for (const stream of ["stdout", "stderr"] as const) {
        const text = await this.#next(stream, hasEnded);
        if (text === undefined) continue;
        found = true;
        yield { cursor: formatCursor(this.#place), event: { kind: "log", stream, text } };
      }
    }
  }

  async #next(stream: Stream, hasEnded: boolean): Promise<string | undefined> {
    const at = this.#place[stream];
    const { bytesRead } = await this.#files[stream].read(this.#buffer, 0, BLOCK, at);
    const block = this.#buffer.subarray(0, bytesRead);
    const size = pieceSize(block, hasEnded);
    if (size === 0) return undefined;
    this.#place = { ...this.#place, [stream]: at + size };
    return block.toString("utf8", 0, size);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files.stdout.close();
    await this.#files.stderr.close();
  }
}

/** Bytes of `block` to pass on: whole lines; a full block without one, cut between characters; at the end all. */
function pieceSize(block: Uint8Array, hasEnded: boolean): number {
  const lines = block.lastIndexOf(NEWLINE) + 1;
  if (lines > 0) return lines;
  if (block.length === BLOCK) return characterEnd(block);
  return hasEnded ? block.length : 0;
}

function characterEnd(block: Uint8Array): number {
  const MAX_TAIL = 3;
  for (let back = 0; back <= MAX_TAIL; back += 1) {
    const byte = block[block.length - 1 - back] ?? 0;
    const isLead = byte >= 0xc0;
    if (isLead) return lengthOf(byte) > back + 1 ? block.length - 1 - back : block.length;
    if (byte < 0x80) return block.length;
  }
  return block.length;
}

function lengthOf(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}
