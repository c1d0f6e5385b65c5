/** Keeps messages until a listener comes, then passes each on at once. */
export class Inbox {
  #waiting: string[] = [];
  #listener: ((message: string) => void) | undefined;

  deliver(message: string): void {
    if (this.#listener === undefined) this.#waiting.push(message);
    else this.#listener(message);
  }

  listen(listener: (message: string) => void): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#listener = listener;
    for (const message of waiting) listener(message);
  }
}
