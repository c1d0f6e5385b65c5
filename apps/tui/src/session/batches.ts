/** Milliseconds between two batches: half as often as a screen is drawn, so that a key finds it free. */
const FLUSH_MS = 66;

/** What is gathered at most: whoever brings more has to wait for the next batch. */
const MOST_WEIGHT = 2_000_000;

/** Gathers what comes in a flood and hands it on a few times in a second. */
export class Batches<Item> implements Disposable {
  readonly #hand: (items: readonly Item[]) => void;
  readonly #weigh: (item: Item) => number;
  #items: Item[] = [];
  #weight = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushed = Promise.withResolvers<void>();

  constructor(hand: (items: readonly Item[]) => void, weigh: (item: Item) => number) {
    this.#hand = hand;
    this.#weigh = weigh;
  }

  /** Settles when there is room for more. */
  async add(item: Item): Promise<void> {
    this.#items.push(item);
    this.#weight += this.#weigh(item);
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
    if (this.#weight >= MOST_WEIGHT) await this.#flushed.promise;
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const items = this.#items;
    const flushed = this.#flushed;
    this.#items = [];
    this.#weight = 0;
    this.#flushed = Promise.withResolvers();
    if (items.length > 0) this.#hand(items);
    flushed.resolve();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#items = [];
    this.#flushed.resolve();
  }
}
