import { type FSWatcher, watch } from "node:fs";

const LOOK_AGAIN_MS = 500;

/** Tells when something in a directory changes; looks again from time to time because a change can be missed. */
export class ChangeWatch implements Disposable {
  readonly #watcher: FSWatcher | undefined;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor(dir: string) {
    this.#watcher = startWatch(dir, () => {
      this.#changed = true;
      this.#wake?.();
    });
  }

  /** Returns after a change since the last call, or a little later. Throws the signal's reason when it aborts. */
  async next(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#changed) await this.#sleep(signal);
    this.#changed = false;
    signal.throwIfAborted();
  }

  #sleep(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, LOOK_AGAIN_MS);
      signal.addEventListener("abort", finish, { once: true });
      this.#wake = finish;
      function finish(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", finish);
        resolve();
      }
    });
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }
}

/** Without a watch (the system has too few left) the regular looks are enough. */
function startWatch(dir: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dir, onChange);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
