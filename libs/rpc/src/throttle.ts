/** How much may come in a second, and how much at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A leaky bucket. It never refuses; it says how long to wait. */
export class Throttle {
  readonly #rate: Rate;
  #level = 0;
  #at: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#at = nowMs;
  }

  /** Takes `amount` in; gives the milliseconds to wait before more is taken. */
  take(amount: number, nowMs: number): number {
    const leakedSince = ((nowMs - this.#at) / 1000) * this.#rate.perSecond;
    this.#at = nowMs;
    this.#level = Math.max(0, this.#level - leakedSince) + amount;
    return Math.max(0, ((this.#level - this.#rate.burst) / this.#rate.perSecond) * 1000);
  }
}
