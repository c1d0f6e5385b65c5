import { setTimeout as delay } from "node:timers/promises";
import type { Replay } from "../state/screen.ts";

/** Milliseconds after which a change of pace is noticed. */
const SLICE_MS = 50;

/** Lets events pass as far apart as they were, or as many times faster as the user wants. */
export class Pacer {
  #pace: Replay | undefined;
  #before: number | undefined;

  constructor(pace: Replay | undefined) {
    this.#pace = pace;
  }

  set(pace: Replay): void {
    this.#pace = pace;
  }

  /** Waits until an event that happened at `at` is due. Rejects when `signal` is aborted. */
  async due(at: number, signal: AbortSignal): Promise<void> {
    let left = this.#before === undefined ? 0 : at - this.#before;
    this.#before = at;
    while (this.#pace !== undefined) {
      const { speed, isPaused } = this.#pace;
      if (!isPaused && (speed === 0 || left <= 0)) return;
      const slice = isPaused ? SLICE_MS : Math.min(SLICE_MS, left / speed);
      await delay(slice, undefined, { signal });
      if (!isPaused) left -= slice * speed;
    }
  }
}
