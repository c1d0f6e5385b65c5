import { type FileHandle, open } from "node:fs/promises";
import type { LoggedEvent } from "@gantry/protocol";
import type { LogEntry, OperationLog } from "./operation-log.ts";

const CHUNK_BYTES = 64 * 1024;

export interface ReadOptions {
  readonly path: string;
  /** Events up to this one are skipped. */
  readonly after: number;
  /** The log while it is being written; absent once the operation has ended. */
  readonly live?: OperationLog | undefined;
  readonly signal: AbortSignal;
}

/** Every event behind `after`, then new ones as they come, until the log is closed. Holds one chunk in memory, however slow its reader. */
export async function* readLog({
  path,
  after,
  live,
  signal,
}: ReadOptions): AsyncGenerator<LoggedEvent> {
  await using file = await openIfThere(path);
  if (file === undefined) return;
  using waiter = new Waiter(signal);
  let offset = live?.index.offsetFor(after) ?? 0;
  let rest: Buffer = Buffer.alloc(0);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  while (!signal.aborted) {
    const isClosed = live?.isClosed ?? true;
    const changed = live?.changed;
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset);
    offset += bytesRead;
    if (bytesRead === 0) {
      if (isClosed) return;
      await waiter.wait(changed);
      continue;
    }
    const text = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    const end = text.lastIndexOf(0x0a) + 1;
    rest = text.subarray(end);
    for (const line of text.toString("utf8", 0, end).split("\n")) {
      const event = line === "" ? undefined : toEvent(line);
      if (event !== undefined && event.seq > after) yield event;
    }
  }
}

function toEvent(line: string): LoggedEvent {
  const { cursor: _, ...event } = JSON.parse(line) as LogEntry;
  return event;
}

/** A log that was not kept has no events any more. */
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Waits for changes or the abort, with one listener however often it waits. */
class Waiter implements Disposable {
  readonly #signal: AbortSignal;
  #wake: () => void = () => undefined;
  readonly #onAbort = (): void => this.#wake();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  wait(changed: Promise<void> | undefined): Promise<void> {
    if (this.#signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      void changed?.then(resolve);
    });
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
  }
}
