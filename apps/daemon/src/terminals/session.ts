import type { Terminal as DriverTerminal, TerminalSize } from "@gantry/driver-api";
import type { Terminal } from "@gantry/protocol";
import { Scrollback } from "./scrollback.ts";

/** Bytes that are kept for who comes back. */
const KEPT_BYTES = 1024 * 1024;
/** A program may be this far ahead of whoever looks and is nearest to its end. */
const AHEAD_BYTES = KEPT_BYTES / 2;
/** Milliseconds after which a program goes on although nobody reads. */
const PATIENCE_MS = 1_000;

/** What stays the same of a terminal. */
export type TerminalFacts = Omit<Terminal, "attached" | "exitCode" | "size">;

/** A terminal that the daemon holds: it reads it all the time, and any number of clients look at it, each at its own speed. */
export class TerminalSession implements AsyncDisposable {
  readonly facts: TerminalFacts;
  /** Settles with the exit code once the program has ended. Never rejects. */
  readonly ended: Promise<number>;
  readonly #terminal: DriverTerminal;
  readonly #back = new Scrollback(KEPT_BYTES);
  readonly #positions = new Set<{ at: number }>();
  readonly #closing = new AbortController();
  readonly #wakers = new Set<() => void>();
  #size: TerminalSize;
  #exitCode: number | undefined;

  constructor(facts: TerminalFacts, terminal: DriverTerminal, size: TerminalSize) {
    this.facts = facts;
    this.#terminal = terminal;
    this.#size = size;
    this.ended = this.#pump();
  }

  get view(): Terminal {
    const ended = this.#exitCode === undefined ? {} : { exitCode: this.#exitCode };
    return { ...this.facts, size: this.#size, attached: this.#positions.size, ...ended };
  }

  /** What it printed after a position, then what it prints, until the program ends. */
  async *read(
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<{ readonly offset: number; readonly data: Uint8Array }> {
    const position = { at: Math.min(after, this.#back.end) };
    this.#positions.add(position);
    try {
      while (!signal.aborted) {
        const piece = this.#back.next(position.at);
        if (piece !== undefined) {
          position.at = piece.offset;
          this.#wake();
          yield piece;
        } else if (this.#exitCode !== undefined) return;
        else await this.#changed(signal);
      }
    } finally {
      this.#positions.delete(position);
      this.#wake();
    }
  }

  async write(data: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#terminal.write(data, signal);
  }

  async resize(size: TerminalSize, signal: AbortSignal): Promise<void> {
    this.#size = size;
    if (this.#exitCode === undefined) await this.#terminal.resize(size, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#terminal[Symbol.asyncDispose]();
    await this.ended;
  }

  async #pump(): Promise<number> {
    const { signal } = this.#closing;
    let code = 1;
    try {
      for await (const bytes of this.#terminal.output(signal)) {
        this.#back.push(Uint8Array.from(bytes));
        this.#wake();
        await this.#untilSomebodyIsNear();
      }
      const outcome = await this.#terminal.outcome(signal);
      if (outcome.kind === "exited") code = outcome.exitCode;
    } catch {
      // Hung up, or the engine is gone: to who looks it is over either way.
    }
    this.#exitCode = code;
    this.#wake();
    return code;
  }

  /** With nobody there the program runs freely; with somebody it waits for the nearest, but not for ever. */
  async #untilSomebodyIsNear(): Promise<void> {
    const limit = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(PATIENCE_MS)]);
    while (!limit.aborted && this.#positions.size > 0) {
      const nearest = Math.max(...[...this.#positions].map(({ at }) => at));
      if (this.#back.end - nearest < AHEAD_BYTES) return;
      await this.#changed(limit);
    }
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#wakers.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#wakers.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  #wake(): void {
    for (const waker of this.#wakers) waker();
  }
}
