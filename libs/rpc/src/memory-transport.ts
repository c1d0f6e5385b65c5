import { ConnectionClosedError } from "./errors.ts";
import { Inbox } from "./inbox.ts";
import type { Transport } from "./transport.ts";

class MemoryEnd implements Transport {
  readonly inbox = new Inbox();
  readonly closed: Promise<string>;
  #close: (reason: string) => void = () => undefined;
  #peer: MemoryEnd | undefined;
  #isClosed = false;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  join(peer: MemoryEnd): void {
    this.#peer = peer;
  }

  async send(message: string): Promise<void> {
    const peer = this.#peer;
    if (this.#isClosed || peer === undefined || peer.#isClosed) {
      throw new ConnectionClosedError("The in-memory connection is closed.", {
        hint: "Open a new pair.",
      });
    }
    await new Promise((resolve) => setImmediate(resolve));
    peer.inbox.deliver(message);
  }

  listen(onMessage: (message: string) => void): void {
    this.inbox.listen(onMessage);
  }

  end(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#close(reason);
    this.#peer?.end("the other end closed");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end("closed here");
  }
}

/** Two ends of a connection inside one process. */
export function memoryPair(): readonly [Transport, Transport] {
  const left = new MemoryEnd();
  const right = new MemoryEnd();
  left.join(right);
  right.join(left);
  return [left, right];
}
