import { type FileHandle, open } from "node:fs/promises";
import type { LoggedEvent } from "@gantry/protocol";
import { LogIndex } from "./log-index.ts";

/** One line of the log: the event as clients see it, and where to go on reading from the driver after it. */
export interface LogEntry extends LoggedEvent {
  readonly cursor?: string;
}

/** Bytes that may wait to be written before `append` waits too. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** An operation's append-only log on disk, one JSON text a line. One writes, many read, each from its own position. */
export class OperationLog implements AsyncDisposable {
  readonly path: string;
  readonly index: LogIndex;
  readonly #file: FileHandle;
  #pending: string[] = [];
  #pendingBytes = 0;
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #seq: number;
  #size: number;
  #isClosed = false;
  #changed = Promise.withResolvers<void>();

  private constructor(path: string, file: FileHandle, index: LogIndex) {
    this.path = path;
    this.#file = file;
    this.index = index;
    this.#seq = index.lastSeq;
    this.#size = index.size;
  }

  /** Opens the log for writing. What a crash left half-written at its end is cut off. */
  static async open(path: string): Promise<OperationLog> {
    const file = await open(path, "a+", 0o600);
    const index = await LogIndex.read(file);
    await file.truncate(index.size);
    return new OperationLog(path, file, index);
  }

  get lastCursor(): string | undefined {
    return this.index.lastCursor;
  }
  get isClosed(): boolean {
    return this.#isClosed;
  }
  /** Bytes on disk that are whole lines. */
  get size(): number {
    return this.index.size;
  }
  /** Settles at the next change. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** Adds an event; resolves when there is room for more. Rejects once the disk refuses. */
  async append(entry: Omit<LogEntry, "seq" | "at">): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#seq += 1;
    const line = `${JSON.stringify({ seq: this.#seq, at: Date.now(), ...entry })}\n`;
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    this.#size += Buffer.byteLength(line);
    this.index.note(this.#seq, this.#size);
    this.#writing ??= this.#write();
    if (this.#pendingBytes > HIGH_WATER_BYTES) await this.flush();
  }

  /** Waits until everything is on disk. Rejects when the disk refused. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush().catch(() => undefined);
    this.#isClosed = true;
    this.#announce();
    await this.#file.close();
  }

  async #write(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#pending.length > 0) {
        const text = this.#pending.join("");
        this.#pending = [];
        this.#pendingBytes = 0;
        await this.#file.appendFile(text);
        this.index.grow(Buffer.byteLength(text));
        this.#announce();
      }
    } catch (error) {
      this.#failure = error;
      this.#pending = [];
    } finally {
      this.#writing = undefined;
    }
  }

  #announce(): void {
    const changed = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    changed.resolve();
  }
}
