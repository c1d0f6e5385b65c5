import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@gantry/client";
import { changeRequest, type OptionChange } from "../options/option-changes.ts";
import type { Call, RunCall } from "../state/call.ts";
import type { Effect } from "../state/effect.ts";
import type { Message } from "../state/message.ts";
import type { Resource } from "../state/resource.ts";
import { failureOf } from "./failure-of.ts";
import { fetchResource } from "./fetch-resource.ts";
import { type Following, followLog, followOperation } from "./follow.ts";
import { Pacer } from "./pacer.ts";

export type SessionEffect = Extract<Effect, { readonly context: number }>;

export interface ConnectChoice {
  /** Start a daemon when none runs. */
  readonly mayStart: boolean;
  readonly signal: AbortSignal;
}

export interface SessionOptions {
  /** Index of the context that this session is for. */
  readonly context: number;
  /** Rejects with `DaemonError`. */
  connect(choice: ConnectChoice): Promise<Client>;
  dispatch(message: Message): void;
}

/** Milliseconds between two attempts to reach a daemon that is away: the first, and the longest. */
const SOON_MS = 200;
const LATER_MS = 2_000;

/**
 * The line to one daemon, taken up again whenever it drops. The only place that holds a client. A daemon that is gone is
 * started again when the user asks for it, or when an operation was being followed, which then goes on.
 */
export class Session implements AsyncDisposable {
  readonly #options: SessionOptions;
  readonly #end = new AbortController();
  readonly #done: Promise<void>;
  #client: Client | undefined;
  #follow: { readonly stop: AbortController; readonly pacer: Pacer } | undefined;
  #isWanted = true;
  #wake = new AbortController();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#done = this.#keep();
  }

  /** Carries an effect out. What comes of it arrives as messages. */
  run(effect: SessionEffect): void {
    switch (effect.kind) {
      case "load":
        void this.#load(effect.resource);
        return;
      case "watch":
        this.#startFollowing(effect, (following) => followOperation(effect, following));
        return;
      case "read-log":
        this.#startFollowing(effect, (following) => followLog(effect, following));
        return;
      case "pace":
        this.#follow?.pacer.set(effect.replay);
        return;
      case "unwatch":
        this.#stopFollowing();
        return;
      case "call":
        void this.#call(effect.call);
        return;
      case "plan":
        void this.#plan(effect.call);
        return;
      case "check-options":
        void this.#checkOptions(effect.changes);
        return;
      case "start-daemon":
        this.#isWanted = true;
        this.#wake.abort();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    this.#wake.abort();
    this.#stopFollowing();
    await this.#done;
  }

  async #keep(): Promise<void> {
    const { context, dispatch } = this.#options;
    let wait = SOON_MS;
    while (!this.#end.signal.aborted) {
      try {
        await this.#holdLine();
        wait = SOON_MS;
      } catch (error) {
        if (this.#end.signal.aborted) return;
        dispatch({ kind: "lost", context, failure: failureOf(error), now: Date.now() });
      }
      await this.#pause(wait);
      wait = Math.min(LATER_MS, wait * 2);
    }
  }

  /** Connects, and settles when the connection is gone. */
  async #holdLine(): Promise<void> {
    const { context, connect, dispatch } = this.#options;
    const { signal } = this.#end;
    const client = await connect({ mayStart: this.#isWanted, signal });
    try {
      await client.ready;
      signal.throwIfAborted();
      this.#client = client;
      this.#isWanted = false;
      dispatch({ kind: "live", context });
      await Promise.race([client.closed, aborted(signal)]);
      this.#isWanted = this.#follow !== undefined;
      const message = "The daemon is away; what is shown is what it said last.";
      if (!this.#end.signal.aborted)
        dispatch({ kind: "lost", context, failure: { code: "lost", message }, now: Date.now() });
    } finally {
      this.#client = undefined;
      await client[Symbol.asyncDispose]();
    }
  }

  async #pause(ms: number): Promise<void> {
    this.#wake = new AbortController();
    if (this.#end.signal.aborted) return;
    await delay(ms, undefined, { signal: this.#wake.signal }).catch(() => undefined);
  }

  async #load(resource: Resource): Promise<void> {
    const { context, dispatch } = this.#options;
    const started = performance.now();
    try {
      const value = await fetchResource(this.#line(), resource, this.#end.signal);
      dispatch({ kind: "loaded", context, resource, value, tookMs: performance.now() - started });
    } catch (error) {
      if (this.#isUp() && !isDropped(error))
        dispatch({ kind: "not-loaded", context, resource, failure: failureOf(error) });
    }
  }

  async #call(call: Call): Promise<void> {
    const { context, dispatch } = this.#options;
    try {
      // The method stays beside the params it was made with.
      const result: unknown = await this.#line().request(call.method, call.params as never);
      dispatch({ kind: "called", context, call, ...operationOf(result) });
    } catch (error) {
      dispatch({ kind: "refused", context, failure: failureOf(error) });
    }
  }

  async #plan(call: RunCall): Promise<void> {
    const { context, dispatch } = this.#options;
    const action = call.method === "installation.invoke" ? call.params.action : actionOf(call);
    try {
      const request = { ...call.params, action };
      const { plan } = await this.#line().request("installation.plan", request);
      dispatch({ kind: "planned", context, call, plan });
    } catch (error) {
      dispatch({ kind: "refused", context, failure: failureOf(error) });
    }
  }

  async #checkOptions(changes: readonly OptionChange[]): Promise<void> {
    const { context, dispatch } = this.#options;
    try {
      const request = changeRequest(changes, true);
      const { path, before, after } = await this.#line().request("config.change", request);
      dispatch({ kind: "options-checked", context, changes, path, before, after });
    } catch (error) {
      dispatch({ kind: "options-refused", context, failure: failureOf(error) });
    }
  }

  #startFollowing(
    effect: { readonly context: number; readonly replay?: ConstructorParameters<typeof Pacer>[0] },
    follow: (following: Following) => Promise<void>,
  ): void {
    this.#stopFollowing();
    const stop = new AbortController();
    const pacer = new Pacer(effect.replay);
    const mine = { stop, pacer };
    this.#follow = mine;
    const { context, dispatch } = this.#options;
    const work = async (): Promise<void> => {
      const client = this.#line();
      const alive = (message: Message): void =>
        stop.signal.aborted ? undefined : dispatch(message);
      await follow({ client, signal: stop.signal, pacer, dispatch: alive });
      if (this.#follow === mine) this.#follow = undefined;
    };
    work().catch((error: unknown) => {
      // A line that dropped is taken up again, and then whoever is on the screen asks to go on.
      if (stop.signal.aborted || !this.#isUp() || isDropped(error)) return;
      this.#follow = undefined;
      dispatch({ kind: "refused", context, failure: failureOf(error) });
    });
  }

  #stopFollowing(): void {
    this.#follow?.stop.abort();
    this.#follow = undefined;
  }

  #isUp(): boolean {
    return this.#client !== undefined && !this.#end.signal.aborted;
  }

  #line(): Client {
    if (this.#client === undefined) throw new AwayError();
    return this.#client;
  }
}

/** The daemon is away while something is asked of it. */
class AwayError extends Error {
  override readonly name = "AwayError";
  readonly code = "lost";
  readonly hint = "Press a to start it.";

  constructor() {
    super("The daemon is away.");
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function actionOf({ method }: RunCall): string {
  return method.slice("installation.".length);
}

function isDropped(error: unknown): boolean {
  return error instanceof Error && error.name === "ConnectionClosedError";
}

function operationOf(result: unknown): { readonly operationId?: string } {
  const isNamed = typeof result === "object" && result !== null && "operationId" in result;
  return isNamed ? { operationId: String(result.operationId) } : {};
}
