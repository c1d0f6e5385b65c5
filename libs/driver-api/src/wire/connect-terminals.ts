import type { RunOutcome } from "@gantry/reports";
import type { Terminal, TerminalSize, TerminalSpec } from "../terminal.ts";
import type { Caller } from "./caller.ts";
import { runTerminal, terminalResize, terminalWrite } from "./methods.ts";

/** Starts a terminal of run `run` at the other end; returns once the program has been started. */
export async function connectTerminal(
  caller: Caller,
  run: string,
  { spec, signal }: { readonly spec: TerminalSpec; readonly signal: AbortSignal },
): Promise<Terminal> {
  const hangUp = new AbortController();
  const stop = (): void => hangUp.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const { id, command, environment, size } = spec;
  const params = {
    id: run,
    terminal: id,
    command: [...command],
    environment: [...environment],
    size,
  };
  const items = caller.stream(runTerminal, params, hangUp.signal);
  try {
    await items.next();
    return new RemoteTerminal(caller, { id, items, hangUp });
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

type Items = AsyncGenerator<{ started: true } | { data: string }, RunOutcome>;

interface Parts {
  readonly id: string;
  readonly items: Items;
  readonly hangUp: AbortController;
}

class RemoteTerminal implements Terminal {
  readonly #caller: Caller;
  readonly #parts: Parts;
  readonly #ended = Promise.withResolvers<RunOutcome>();

  constructor(caller: Caller, parts: Parts) {
    this.#caller = caller;
    this.#parts = parts;
    this.#ended.promise.catch(() => undefined);
  }

  async *output(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { items } = this.#parts;
    try {
      for (;;) {
        signal.throwIfAborted();
        const next = await items.next();
        if (next.done === true) return this.#ended.resolve(next.value);
        if ("data" in next.value) yield Buffer.from(next.value.data, "base64");
      }
    } catch (error) {
      this.#ended.reject(error);
      throw error;
    }
  }

  async write(data: Uint8Array, signal: AbortSignal): Promise<void> {
    const text = Buffer.from(data).toString("base64");
    await this.#caller.request(terminalWrite, { terminal: this.#parts.id, data: text }, signal);
  }

  async resize(size: TerminalSize, signal: AbortSignal): Promise<void> {
    await this.#caller.request(terminalResize, { terminal: this.#parts.id, size }, signal);
  }

  outcome(signal: AbortSignal): Promise<RunOutcome> {
    const aborted = new Promise<never>((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    return Promise.race([this.#ended.promise, aborted]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.hangUp.abort();
    await this.#parts.items.return(LOST).catch(() => undefined);
  }
}

const LOST: RunOutcome = { kind: "lost", reason: "Nobody looks at the terminal any more." };
