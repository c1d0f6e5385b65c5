import { JSONRPCClient, type JSONRPCResponse } from "json-rpc-2.0";
import type { z } from "zod";
import { Call } from "./call.ts";
import { canceled, RPC_CODES, RpcError } from "./errors.ts";
import type { AnswerMessage, ErrorBody, MessageId } from "./message.ts";
import type { Method, ParamsOf, ProgressOf, ResultOf } from "./method.ts";
import type { CallOptions } from "./peer-options.ts";

/** What is told of a message that does not fit. */
const SHOWN_ISSUES = 3;

/** What calls need of their connection. */
export interface Line {
  send(message: object): Promise<void>;
  hold(bytes: number): void;
}

interface Pending {
  receive(items: readonly unknown[], length: number): void;
  fail(error: unknown): void;
  isAnswered: boolean;
}

/** The calls that this end has under way at the other. */
export class OutgoingCalls {
  readonly #pending = new Map<MessageId | null, Pending>();
  readonly #line: Line;
  readonly #client: JSONRPCClient;
  #nextId = 1;

  constructor(line: Line) {
    this.#line = line;
    this.#client = new JSONRPCClient((message) => this.#sendRequest(message));
  }

  start<M extends Method>(
    method: M,
    params: NoInfer<ParamsOf<M>>,
    { signal, patience }: CallOptions,
  ): Call<ProgressOf<M>, ResultOf<M>> {
    if (signal?.aborted === true) return neverSent();
    const id = this.#nextId++;
    const done = Promise.withResolvers<ResultOf<M>>();
    const cancel = (): void => this.#notify("$/cancel", { id });
    const call = new Call<ProgressOf<M>, ResultOf<M>>(done.promise, {
      acknowledge: (count) => this.#notify("$/ack", { id, count }),
      cancel,
      hold: (bytes) => this.#line.hold(bytes),
    });
    // It stays known until it is answered, so that what still comes is no surprise.
    const giveUp = (error: unknown): void => {
      done.reject(error);
      call.discard();
      cancel();
    };
    const stopWaiting = wait(giveUp, { signal, patience, cancel });
    const finish = (settle: () => void): void => {
      this.#pending.delete(id);
      stopWaiting();
      settle();
    };
    const fail = (error: unknown): void => finish(() => done.reject(error));
    this.#pending.set(id, {
      fail,
      receive: guarded(method, call, giveUp),
      isAnswered: false,
    });
    this.#client
      .requestAdvanced({ jsonrpc: "2.0", id, method: method.name, params })
      .then((answer) => finish(() => settleWith(method, answer, done)), fail);
    return call;
  }

  /** False when nobody waits for it, or no longer: the library would pass over it without a word. */
  settle({ id, result, error }: AnswerMessage): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.isAnswered) return false;
    pending.isAnswered = true;
    const answer: JSONRPCResponse =
      error === undefined ? { jsonrpc: "2.0", id, result } : { jsonrpc: "2.0", id, error };
    this.#client.receive(answer);
    return true;
  }

  /** False when nobody waits for it. */
  receive(id: MessageId | null, items: readonly unknown[], length: number): boolean {
    const pending = this.#pending.get(id);
    pending?.receive(items, length);
    return pending !== undefined;
  }

  failAll(error: () => unknown): void {
    for (const pending of this.#pending.values()) pending.fail(error());
  }

  /** The library makes an answer of an error in sending; the caller is to get the error itself. */
  async #sendRequest(message: { readonly id?: MessageId | null }): Promise<void> {
    try {
      await this.#line.send(message);
    } catch (error) {
      this.#pending.get(message.id ?? null)?.fail(error);
      throw error;
    }
  }

  #notify(method: string, params: object): void {
    this.#line.send({ jsonrpc: "2.0", method, params }).catch(() => undefined);
  }
}

/** A call that was given up before it began. Were it sent, a quick other end could be done before it hears of the cancel. */
function neverSent<Progress, Result>(): Call<Progress, Result> {
  const nothing = (): void => undefined;
  const control = { acknowledge: nothing, cancel: nothing, hold: nothing };
  return new Call<Progress, Result>(Promise.reject(canceled()), control);
}

/** Passes an abort on, and gives up on an answer that does not come in time. Returns how to stop. */
function wait(
  giveUp: (error: unknown) => void,
  { signal, patience, cancel }: CallOptions & { readonly cancel: () => void },
): () => void {
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number | undefined, what: "answer" | "cancel"): void => {
    if (patience !== undefined && ms !== undefined)
      timers.push(setTimeout(() => giveUp(patience.late(what)), ms));
  };
  const onAbort = (): void => {
    cancel();
    after(patience?.cancelMs, "cancel");
  };
  after(patience?.answerMs, "answer");
  signal?.addEventListener("abort", onAbort, { once: true });
  return () => {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
}

function guarded<M extends Method>(
  method: M,
  call: Call<ProgressOf<M>, ResultOf<M>>,
  onBroken: (error: unknown) => void,
): Pending["receive"] {
  return (items, length) => {
    try {
      call.receive(parseItems(method, items), length);
    } catch (error) {
      onBroken(error);
    }
  };
}

function settleWith<M extends Method>(
  method: M,
  { result, error }: JSONRPCResponse,
  done: PromiseWithResolvers<ResultOf<M>>,
): void {
  if (error !== undefined) done.reject(toRpcError(error));
  else {
    const parsed = method.result.safeParse(result);
    // The schema is the one that ResultOf is inferred from.
    if (parsed.success) done.resolve(parsed.data as ResultOf<M>);
    else done.reject(protocolError(`the result of ${method.name}`, parsed.error));
  }
}

function parseItems<M extends Method>(method: M, items: readonly unknown[]): ProgressOf<M>[] {
  return items.map((item) => {
    const parsed = method.progress?.safeParse(item);
    // The schema is the one that ProgressOf is inferred from.
    if (parsed?.success === true) return parsed.data as ProgressOf<M>;
    throw protocolError(`progress of ${method.name}`, parsed?.error);
  });
}

function protocolError(what: string, error: z.ZodError | undefined): RpcError {
  const issues = error?.issues.slice(0, SHOWN_ISSUES) ?? [];
  const texts = issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`);
  const detail = texts.join("; ") || "nothing was expected";
  return new RpcError(
    RPC_CODES.invalidRequest,
    `The other end sent something else than ${what}: ${detail}`,
    {
      code: "protocol",
      hint: "Both ends must speak the same version of the protocol; update the older one.",
    },
  );
}

function toRpcError({ code, message, data }: ErrorBody): RpcError {
  const known = code === RPC_CODES.methodNotFound ? "method-not-found" : "internal";
  return new RpcError(code, message, isErrorData(data) ? data : { code: known });
}

function isErrorData(data: unknown): data is { code: string } {
  return (
    typeof data === "object" && data !== null && "code" in data && typeof data.code === "string"
  );
}
