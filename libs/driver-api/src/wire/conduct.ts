import { shortText } from "./clean-text.ts";

/** Messages that belong to nothing before a driver is given up on. A stray `print` is forgiven, a stream of them is not. */
const MOST_STRAYS = 20;
const SHOWN = 300;

/** How the driver at the other end behaves. What cannot be borne ends the connection, and is what its calls then fail with. */
export class Conduct {
  /** What the driver did against the protocol, once that ended the connection. */
  fault: string | undefined;
  /** Nothing is forgiven before the handshake is done. */
  isStrict = true;
  /** When something last came in, in milliseconds of `performance.now()`. */
  heardAt = performance.now();
  #strays = 0;
  #end: () => void = () => undefined;

  /** Takes the way to end the connection. */
  onEnd(end: () => void): void {
    this.#end = end;
    if (this.fault !== undefined) end();
  }

  readonly heard = (): void => {
    this.heardAt = performance.now();
  };

  readonly stray = (what: string): void => {
    this.#strays += 1;
    const times = this.isStrict ? "" : `${this.#strays} messages that belong to nothing, the last `;
    if (this.isStrict || this.#strays > MOST_STRAYS) this.refuse(`it sent ${times}${what}`);
  };

  readonly refuse = (why: string): void => {
    this.fault ??= shortText(why, SHOWN);
    this.#end();
  };
}
