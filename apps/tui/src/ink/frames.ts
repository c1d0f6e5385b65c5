import type { Message } from "../state/message.ts";

/** Milliseconds between two frames of what comes by itself: a thirtieth of a second. */
const STEADY_MS = 34;

/** Frames that keys may have in a row without a pause, and how many come back in a second: at most 30 in any. */
const BURST = 6;
const PER_SECOND = 24;

/**
 * Decides when the screen is drawn: at once after what the user did, so that a key does not wait for its turn behind a flood of
 * lines, and else a few times in a second; never more than 30 times.
 */
export class Frames implements Disposable {
  readonly #draw: () => void;
  #left = BURST;
  #counted = performance.now();
  #drawn = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Sees to it that what a message changed is drawn. */
  readonly after = ({ kind }: Message): void => {
    // The terminal has changed its size already: what it shows is broken until it is drawn anew.
    if (kind === "resized") return this.#now();
    const wait = this.#wait(kind === "key" || kind === "paste" || kind === "click");
    if (wait <= 0) return this.#now();
    this.#timer ??= setTimeout(() => this.#now(), wait);
  };

  /** Milliseconds until there may be a frame. */
  #wait(isUrgent: boolean): number {
    const now = performance.now();
    this.#left = Math.min(BURST, this.#left + ((now - this.#counted) * PER_SECOND) / 1000);
    this.#counted = now;
    const refilled = ((1 - this.#left) * 1000) / PER_SECOND;
    return isUrgent ? refilled : Math.max(refilled, this.#drawn + STEADY_MS - now);
  }

  #now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#left -= 1;
    this.#drawn = performance.now();
    this.#draw();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
