/** One at a time for each key; the others wait their turn, or until their signal aborts. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Carries out `work` once everyone who came before for `key` has ended. Rejects with the signal's reason. */
  async take<Result>(
    key: string,
    signal: AbortSignal,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const own = Promise.withResolvers<void>();
    const mine = before.then(() => own.promise);
    this.#last.set(key, mine);
    try {
      await orAborted(before, signal);
      return await work();
    } finally {
      own.resolve();
      if (this.#last.get(key) === mine) void mine.then(() => this.#forget(key, mine));
    }
  }

  #forget(key: string, mine: Promise<void>): void {
    if (this.#last.get(key) === mine) this.#last.delete(key);
  }
}

async function orAborted(before: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([before, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
