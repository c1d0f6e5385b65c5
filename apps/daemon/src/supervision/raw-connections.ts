/** Milliseconds in which connections after the first are counted, and told of together. */
const WINDOW_MS = 60_000;

const FIRST = "the engine's own socket, unfiltered";

/**
 * Tells of connections to an engine's own socket so that a driver which makes many of them does not wash everything
 * else out of the audit log: the first one at once, those of the minute after it as a number, with the next one or at the end.
 */
export class RawConnections implements Disposable {
  readonly #tell: (reason: string) => void;
  readonly #now: () => number;
  #since = Number.NEGATIVE_INFINITY;
  #more = 0;

  constructor(tell: (reason: string) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  add(): void {
    if (this.#now() - this.#since < WINDOW_MS) {
      this.#more += 1;
      return;
    }
    this.#tellMore();
    this.#since = this.#now();
    this.#tell(FIRST);
  }

  [Symbol.dispose](): void {
    this.#tellMore();
  }

  #tellMore(): void {
    if (this.#more === 0) return;
    this.#tell(`${FIRST}: ${this.#more} more within a minute of the last that is told of`);
    this.#more = 0;
  }
}
