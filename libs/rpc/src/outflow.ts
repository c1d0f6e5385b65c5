/** Items that may be on their way without an acknowledgement. */
export const WINDOW = 256;
const BATCH = 64;
/** Characters of JSON after which a batch is not filled up further. */
const BATCH_LENGTH = 1024 * 1024;

/** Sends one call's progress in batches and waits while the reader is behind. */
export class Outflow {
  readonly #send: (items: string) => Promise<void>;
  #queue: string[] = [];
  #unacknowledged = 0;
  #credit: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #flushing: Promise<void> | undefined;
  #isClosed = false;

  /** `send` takes a JSON array. */
  constructor(send: (items: string) => Promise<void>) {
    this.#send = send;
  }

  /** Queues `item`; resolves when there is room for the next one. */
  async report(item: unknown): Promise<void> {
    if (this.#isClosed) return;
    this.#queue.push(JSON.stringify(item));
    this.#flushing ??= this.#flush();
    while (!this.#isClosed && this.#queue.length + this.#unacknowledged >= WINDOW)
      await this.#room();
  }

  acknowledge(count: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - count);
    this.#wake();
  }

  /** Sends what is queued. */
  async drain(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
  }

  close(): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#wake();
  }

  async #flush(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0 && !this.#isClosed) {
      const items = this.#queue.splice(0, batchOf(this.#queue));
      this.#unacknowledged += items.length;
      await this.#send(`[${items.join()}]`).catch(() => this.close());
    }
    this.#flushing = undefined;
  }

  #room(): Promise<void> {
    this.#credit ??= Promise.withResolvers<void>();
    return this.#credit.promise;
  }

  #wake(): void {
    this.#credit?.resolve();
    this.#credit = undefined;
  }
}

/** How many of the items go into one message. */
function batchOf(items: readonly string[]): number {
  let length = 0;
  const full = items.findIndex((item) => {
    length += item.length;
    return length > BATCH_LENGTH;
  });
  return Math.min(BATCH, full < 1 ? (full === 0 ? 1 : items.length) : full);
}
