import { PassThrough } from "node:stream";
import { splitMouse } from "../keys/mouse.ts";
import type { Input } from "../state/message.ts";

/**
 * The keys of a terminal, for Ink, which drops what it has no key for; what the mouse does goes to `onMouse`. Disposing it
 * leaves the terminal's input to whoever comes next.
 */
export class Keyboard implements Disposable {
  /** What Ink is given as its stdin. */
  readonly stream: NodeJS.ReadStream;
  readonly #stdin: NodeJS.ReadStream;
  readonly #listener: (bytes: Buffer) => void;

  constructor(stdin: NodeJS.ReadStream, onMouse: (input: Input) => void) {
    this.#stdin = stdin;
    const keys = new PassThrough();
    let begun = "";
    // A letter may take several bytes: as Latin-1 each stays what it is.
    this.#listener = (bytes) => {
      const split = splitMouse(begun + bytes.toString("latin1"));
      begun = split.begun;
      split.mouse.forEach(onMouse);
      if (split.keys !== "") keys.write(Buffer.from(split.keys, "latin1"));
    };
    this.stream = asTerminal(keys, stdin);
    stdin.on("data", this.#listener);
    // One that was paused before does not flow by itself.
    stdin.resume();
  }

  [Symbol.dispose](): void {
    this.#stdin.off("data", this.#listener);
    // What is typed now is for somebody else. A stream that was never flowing is not stopped by `pause` alone.
    this.#stdin.resume();
    this.#stdin.pause();
  }
}

/** Ink asks its stdin for no more of a terminal than this. */
function asTerminal(keys: PassThrough, stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  const terminal = Object.assign(keys, {
    isTTY: true,
    setRawMode: (isRaw: boolean) => stdin.setRawMode(isRaw),
    ref: () => stdin.ref(),
    unref: () => stdin.unref(),
  });
  return terminal as unknown as NodeJS.ReadStream;
}
