const ACKNOWLEDGE_EVERY = 64;
/** What an item takes in memory beside its JSON, in bytes. */
const ITEM_BYTES = 256;

export interface CallControl {
  acknowledge(count: number): void;
  cancel(): void;
  /** So many bytes more, or fewer, wait to be read. */
  hold(bytes: number): void;
}

interface Item<Progress> {
  readonly value: Progress;
  readonly bytes: number;
}

/** A call in progress: iterate it for what it says, await `result` for what it gives. Leaving the iteration early cancels it. */
export class Call<Progress, Result> implements AsyncIterable<Progress> {
  /** Rejects with `RpcError` or `ConnectionClosedError`. May be left unobserved. */
  readonly result: Promise<Result>;
  readonly #control: CallControl;
  readonly #items: Item<Progress>[] = [];
  #consumed = 0;
  #isOver = false;
  #isDiscarding = false;
  #wake: (() => void) | undefined;

  constructor(result: Promise<Result>, control: CallControl) {
    this.#control = control;
    this.result = result;
    const finish = (): void => {
      this.#isOver = true;
      this.#wake?.();
    };
    result.then(finish, finish);
  }

  /** Takes items as they arrive from the wire, `length` characters of JSON together. */
  receive(items: readonly Progress[], length: number): void {
    if (this.#isDiscarding) {
      this.#control.acknowledge(items.length);
      return;
    }
    const bytes = ITEM_BYTES + Math.ceil(length / Math.max(1, items.length));
    for (const value of items) this.#items.push({ value, bytes });
    this.#control.hold(bytes * items.length);
    this.#wake?.();
  }

  /** For a caller that wants the result alone: items are dropped as they come. */
  discard(): this {
    this.#isDiscarding = true;
    const dropped = this.#items.splice(0);
    for (const { bytes } of dropped) this.#control.hold(-bytes);
    if (dropped.length > 0) this.#control.acknowledge(dropped.length);
    return this;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Progress, void, undefined> {
    try {
      while (true) {
        const item = this.#items.shift();
        if (item !== undefined) {
          this.#count(item.bytes);
          yield item.value;
        } else if (this.#isOver) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.discard();
      if (!this.#isOver) this.#control.cancel();
    }
  }

  #count(bytes: number): void {
    this.#control.hold(-bytes);
    this.#consumed += 1;
    if (this.#consumed < ACKNOWLEDGE_EVERY && this.#items.length > 0) return;
    this.#control.acknowledge(this.#consumed);
    this.#consumed = 0;
  }
}
