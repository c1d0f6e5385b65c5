import type { Transport } from "@gantry/rpc";

/** Messages that are kept, and characters of each. */
const MOST_MESSAGES = 24;
const MOST_CHARACTERS = 400;

/** The last messages of a connection, for people. */
export class Transcript {
  #lines: string[] = [];

  get lines(): readonly string[] {
    return this.#lines;
  }

  clear(): void {
    this.#lines = [];
  }

  add(mark: ">" | "<", message: string): void {
    const cut =
      message.length > MOST_CHARACTERS ? `${message.slice(0, MOST_CHARACTERS)} …` : message;
    this.#lines = [...this.#lines.slice(1 - MOST_MESSAGES), `${mark} ${cut}`];
  }
}

/** `transport`, with everything that passes written down. */
export function tapped(transport: Transport, transcript: Transcript): Transport {
  return {
    closed: transport.closed,
    send(message) {
      transcript.add(">", message);
      return transport.send(message);
    },
    listen(onMessage) {
      transport.listen((message) => {
        transcript.add("<", message);
        onMessage(message);
      });
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}
