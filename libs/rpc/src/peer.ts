import type { Call } from "./call.ts";
import { ConnectionClosedError } from "./errors.ts";
import { IncomingCalls } from "./incoming-calls.ts";
import {
  type BrokenMessage,
  type FlowMessage,
  readMessage,
  type RequestMessage,
} from "./message.ts";
import type { Method, ParamsOf, ProgressOf, ResultOf } from "./method.ts";
import { OutgoingCalls } from "./outgoing-calls.ts";
import type { CallOptions, PeerOptions } from "./peer-options.ts";
import type { Transport } from "./transport.ts";

/** Bytes of progress that may wait for its readers before nothing more is read from the connection, and when it goes on. */
const HOLD_BYTES = { most: 32 * 1024 * 1024, again: 8 * 1024 * 1024 } as const;

/** One end of a JSON-RPC 2.0 connection: calls the other end's methods and serves its own, with progress, flow control and cancel. */
export class Peer implements AsyncDisposable {
  /** Settles with the reason when the connection is over. */
  readonly closed: Promise<string>;
  readonly #transport: Transport;
  readonly #incoming: IncomingCalls;
  readonly #outgoing: OutgoingCalls;
  readonly #options: PeerOptions;
  readonly #other: string;
  #heldBytes = 0;
  #isHolding = false;
  #closedReason: string | undefined;

  constructor(transport: Transport, options: PeerOptions = {}) {
    this.#transport = transport;
    this.#options = options;
    this.#other = options.other ?? "the other end";
    this.#incoming = new IncomingCalls((text) => transport.send(text), options);
    this.#outgoing = new OutgoingCalls({
      send: (message) => this.#sendOpen(message),
      hold: (bytes) => this.#hold(bytes),
    });
    transport.listen((text) => this.#receive(text));
    this.closed = transport.closed.then((reason) => this.#end(reason));
  }

  /** Starts a call. Its progress must be iterated, or discarded with `discard()`. */
  call<M extends Method>(
    method: M,
    params: NoInfer<ParamsOf<M>>,
    options: CallOptions = {},
  ): Call<ProgressOf<M>, ResultOf<M>> {
    return this.#outgoing.start(method, params, options);
  }

  /** Calls and gives the result; progress is dropped. */
  request<M extends Method>(
    method: M,
    params: NoInfer<ParamsOf<M>>,
    options: CallOptions = {},
  ): Promise<ResultOf<M>> {
    return this.call(method, params, options).discard().result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport[Symbol.asyncDispose]();
    await this.closed;
  }

  #closedError(cause?: unknown): ConnectionClosedError {
    const reason = this.#closedReason ?? "closed";
    return new ConnectionClosedError(`The connection to ${this.#other} ended (${reason}).`, {
      hint: `See whether ${this.#other} still runs, then try again.`,
      cause,
    });
  }

  async #sendOpen(message: object): Promise<void> {
    if (this.#closedReason !== undefined) throw this.#closedError();
    try {
      await this.#transport.send(JSON.stringify(message));
    } catch (error) {
      throw error instanceof ConnectionClosedError ? this.#closedError(error) : error;
    }
  }

  #receive(text: string): void {
    this.#options.onMessage?.();
    const message = readMessage(text, this.#options.clean);
    if (message.kind === "answer") {
      if (!this.#outgoing.settle(message)) this.#stray("an answer to a call that nobody made");
    } else if (message.kind === "request") void this.#serve(message);
    else if (message.kind === "flow") this.#flow(message, text.length);
    else if (message.kind === "broken") this.#refuse(message, text);
  }

  async #serve(request: RequestMessage): Promise<void> {
    await this.#reply(await this.#incoming.serve(request));
  }

  #refuse({ code, why }: BrokenMessage, text: string): void {
    this.#stray(`"${text.slice(0, 80)}", which is no message (${why})`);
    void this.#reply({ jsonrpc: "2.0", id: null, error: { code, message: why } });
  }

  async #reply(answer: object): Promise<void> {
    await this.#transport.send(JSON.stringify(answer)).catch(() => undefined);
  }

  #flow({ method, id, items, count }: FlowMessage, length: number): void {
    if (method === "$/progress") {
      if (!this.#outgoing.receive(id, items, length)) this.#stray("progress of no call");
    } else if (id === null) return;
    else if (method === "$/ack") this.#incoming.acknowledge(id, count);
    else if (method === "$/cancel") this.#incoming.cancel(id);
  }

  #stray(what: string): void {
    this.#options.onStray?.(what);
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes;
    const isHolding = this.#heldBytes > (this.#isHolding ? HOLD_BYTES.again : HOLD_BYTES.most);
    if (isHolding === this.#isHolding) return;
    this.#isHolding = isHolding;
    this.#transport.hold?.(isHolding);
  }

  #end(reason: string): string {
    this.#closedReason = reason;
    this.#incoming.abandon(reason);
    this.#outgoing.failAll(() => this.#closedError());
    return reason;
  }
}
