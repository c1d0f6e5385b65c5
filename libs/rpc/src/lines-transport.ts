import type { Readable, Writable } from "node:stream";
import { ConnectionClosedError } from "./errors.ts";
import { Inbox } from "./inbox.ts";
import { LineBuffer } from "./line-buffer.ts";
import { type Rate, Throttle } from "./throttle.ts";
import { MAX_MESSAGE_BYTES, type Transport } from "./transport.ts";

export interface LinesOptions {
  /** A longer line closes the connection. Default `MAX_MESSAGE_BYTES`. */
  readonly maxBytes?: number;
  /** Milliseconds from the first byte of a line to its end; a line that takes longer closes the connection. Default: any. */
  readonly lineMs?: number;
  /** What comes faster is read later. Default: as fast as it comes. */
  readonly bytes?: Rate;
  readonly messages?: Rate;
  /** Hears why the connection is closed when the other end went beyond these bounds. */
  readonly onRefused?: (why: string) => void;
}

/** Bytes that may wait for an other end that reads nothing before the connection is given up. */
const UNREAD_BYTES = 2 * MAX_MESSAGE_BYTES;

/** One JSON text a line over a pair of byte streams, such as a child's stdin and stdout. UTF-8, `\n`. */
export class LinesTransport implements Transport {
  readonly closed: Promise<string>;
  readonly #inbox = new Inbox();
  readonly #lines = new LineBuffer();
  readonly #output: Writable;
  readonly #input: Readable;
  readonly #options: LinesOptions;
  readonly #bytes: Throttle | undefined;
  readonly #messages: Throttle | undefined;
  #close: (reason: string) => void = () => undefined;
  #closedReason: string | undefined;
  #lineTimer: NodeJS.Timeout | undefined;
  #rateTimer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  #isHeld = false;

  constructor(input: Readable, output: Writable, options: LinesOptions = {}) {
    this.#input = input;
    this.#output = output;
    this.#options = options;
    this.#bytes = throttle(options.bytes);
    this.#messages = throttle(options.messages);
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
    input.on("data", (chunk: Buffer) => this.#read(chunk));
    input.once("close", () => this.#end("the stream ended"));
    input.once("end", () => this.#end("the stream ended"));
    input.on("error", (error) => this.#end(error.message));
    output.on("error", (error) => this.#end(error.message));
  }

  async send(message: string): Promise<void> {
    if (this.#closedReason !== undefined) throw closedError(this.#closedReason);
    if (this.#output.write(`${message}\n`)) return;
    if (this.#output.writableLength > UNREAD_BYTES)
      this.#refuse("it does not read what it is sent");
    await this.#drained();
  }

  listen(onMessage: (message: string) => void): void {
    this.#inbox.listen(onMessage);
  }

  hold(isHolding: boolean): void {
    this.#isHeld = isHolding;
    this.#flow();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end("closed here");
    this.#output.end();
  }

  /** One wait for all that are sending. */
  #drained(): Promise<unknown> {
    this.#draining ??= new Promise<void>((resolve) => this.#output.once("drain", resolve)).then(
      () => {
        this.#draining = undefined;
      },
    );
    return Promise.race([this.#draining, this.closed]);
  }

  #read(chunk: Buffer): void {
    if (this.#closedReason !== undefined) return;
    const lines = this.#lines.push(chunk);
    if (lines.length > 0) this.#stopLineTimer();
    for (const line of lines) this.#deliver(line);
    const maxBytes = this.#options.maxBytes ?? MAX_MESSAGE_BYTES;
    if (this.#lines.pendingLength > maxBytes)
      this.#refuse(`a message was longer than ${maxBytes} bytes`);
    else this.#slowDown(chunk.length, lines.length);
  }

  #deliver(line: string): void {
    if (this.#closedReason === undefined && line.trim() !== "") this.#inbox.deliver(line);
  }

  #slowDown(bytes: number, messages: number): void {
    const now = performance.now();
    const waitMs = Math.max(
      this.#bytes?.take(bytes, now) ?? 0,
      this.#messages?.take(messages, now) ?? 0,
    );
    if (waitMs >= 1) {
      this.#rateTimer ??= setTimeout(() => {
        this.#rateTimer = undefined;
        this.#flow();
      }, waitMs);
    }
    this.#flow();
  }

  /** Reads, or does not; a line that we do not read does not take too long. */
  #flow(): void {
    if (this.#closedReason !== undefined || this.#isHeld || this.#rateTimer !== undefined) {
      this.#input.pause();
      this.#stopLineTimer();
      return;
    }
    if (this.#input.isPaused()) this.#input.resume();
    const { lineMs } = this.#options;
    if (lineMs === undefined || this.#lines.pendingLength === 0) return;
    const late = (): void => this.#refuse(`a message was not complete after ${lineMs / 1000} s`);
    this.#lineTimer ??= setTimeout(late, lineMs).unref();
  }

  #stopLineTimer(): void {
    clearTimeout(this.#lineTimer);
    this.#lineTimer = undefined;
  }

  #refuse(why: string): void {
    this.#options.onRefused?.(why);
    this.#end(why);
  }

  #end(reason: string): void {
    if (this.#closedReason !== undefined) return;
    this.#closedReason = reason;
    this.#lines.clear();
    clearTimeout(this.#rateTimer);
    this.#flow();
    this.#close(reason);
  }
}

function throttle(rate: Rate | undefined): Throttle | undefined {
  return rate === undefined ? undefined : new Throttle(rate, performance.now());
}

function closedError(reason: string): ConnectionClosedError {
  return new ConnectionClosedError(`The connection is closed: ${reason}.`, {
    hint: "Connect again.",
  });
}
