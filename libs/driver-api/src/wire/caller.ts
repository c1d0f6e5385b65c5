import type { CallOptions, Method, ParamsOf, Peer, ProgressOf, ResultOf } from "@gantry/rpc";
import type { Conduct } from "./conduct.ts";
import type { DriverError } from "../errors.ts";
import { fromWireError, protocolError } from "./errors.ts";
import { type DriverPatience, patienceFor } from "./patience.ts";

export interface CallerOptions {
  readonly name: string;
  readonly conduct: Conduct;
  readonly patience: DriverPatience;
  readonly onStuck: (what: string) => void;
}

/** Calls a driver and makes every failure a `DriverError`. */
export class Caller {
  readonly peer: Peer;
  readonly name: string;
  readonly #options: CallerOptions;

  constructor(peer: Peer, options: CallerOptions) {
    this.peer = peer;
    this.name = options.name;
    this.#options = options;
  }

  async request<M extends Method>(
    method: M,
    params: NoInfer<ParamsOf<M>>,
    signal?: AbortSignal,
  ): Promise<ResultOf<M>> {
    return await this.requestFor(method, params, { signal, moreMs: 0 });
  }

  /** For a call that says itself how long it may take. */
  async requestFor<M extends Method>(
    method: M,
    params: NoInfer<ParamsOf<M>>,
    { signal, moreMs }: { readonly signal: AbortSignal | undefined; readonly moreMs: number },
  ): Promise<ResultOf<M>> {
    try {
      return await this.peer.request(method, params, this.#callOptions(method, moreMs, signal));
    } catch (error) {
      throw this.#translate(error, signal);
    }
  }

  /** Iterates what the call says and returns its result. */
  async *stream<M extends Method>(
    method: M,
    params: NoInfer<ParamsOf<M>>,
    signal: AbortSignal,
  ): AsyncGenerator<ProgressOf<M>, ResultOf<M>> {
    const call = this.peer.call(method, params, this.#callOptions(method, 0, signal));
    try {
      for await (const item of call) yield item;
      return await call.result;
    } catch (error) {
      throw this.#translate(error, signal);
    }
  }

  /** Passes what the call says on to `report` and gives its result. */
  async follow<M extends Method>(
    method: M,
    params: NoInfer<ParamsOf<M>>,
    work: { readonly signal: AbortSignal; report(item: ProgressOf<M>): Promise<void> },
  ): Promise<ResultOf<M>> {
    const items = this.stream(method, params, work.signal);
    while (true) {
      const next = await items.next();
      if (next.done === true) return next.value;
      await work.report(next.value);
    }
  }

  #callOptions(method: Method, moreMs: number, signal: AbortSignal | undefined): CallOptions {
    const { name, patience, onStuck } = this.#options;
    return {
      signal,
      patience: patienceFor({ name, method: method.name, moreMs, patience, onStuck }),
    };
  }

  #translate(error: unknown, signal: AbortSignal | undefined): DriverError {
    const { name, conduct } = this.#options;
    const translated = fromWireError(error, name, conduct.fault);
    if (translated.code !== "canceled" || signal?.aborted === true) return translated;
    return protocolError(name, "it says that the work was cancelled, but nobody did that", error);
  }
}
