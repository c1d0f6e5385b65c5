import { type JSONRPCResponse, JSONRPCServer } from "json-rpc-2.0";
import { canceled, RPC_CODES, RpcError } from "./errors.ts";
import type { MessageId, RequestMessage } from "./message.ts";
import type { Binding } from "./method.ts";
import { Outflow } from "./outflow.ts";
import type { PeerOptions } from "./peer-options.ts";

/** Calls that the other end may have under way here at once. */
const MOST_CALLS = 1_024;

interface Running {
  readonly abort: AbortController;
  readonly outflow: Outflow;
}

/** The calls that the other end has under way here. */
export class IncomingCalls {
  readonly #running = new Map<MessageId, Running>();
  readonly #server = new JSONRPCServer({ errorListener: () => undefined });
  readonly #send: (text: string) => Promise<void>;
  readonly #options: PeerOptions;

  constructor(send: (text: string) => Promise<void>, options: PeerOptions) {
    this.#send = send;
    this.#options = options;
    for (const binding of options.bindings ?? []) {
      this.#server.addMethodAdvanced(binding.method.name, (request) =>
        this.#carryOut(binding, request.id ?? "", request.params),
      );
    }
  }

  /** Carries out one request: params are checked, progress is sent before the answer, errors are put into words. Never rejects. */
  async serve({ id, method, params }: RequestMessage): Promise<JSONRPCResponse> {
    if (!this.#server.hasMethod(method)) return failed(id, unknownMethod(method));
    // The library answers whatever has an id; that no two calls have the same is for us to see to.
    if (this.#running.has(id) || this.#running.size >= MOST_CALLS) return failed(id, refused(id));
    const answer = await this.#server.receive({ jsonrpc: "2.0", id, method, params });
    return answer ?? failed(id, unknownMethod(method));
  }

  async #carryOut(binding: Binding, id: MessageId, params: unknown): Promise<JSONRPCResponse> {
    const running = this.#admit(id);
    try {
      const result = await this.#handle(binding, params, running);
      await running.outflow.drain();
      return { jsonrpc: "2.0", id, result: result ?? null };
    } catch (error) {
      await running.outflow.drain();
      return failed(id, this.#translate(error, running.abort.signal));
    } finally {
      running.outflow.close();
      this.#running.delete(id);
    }
  }

  acknowledge(id: MessageId, count: number): void {
    this.#running.get(id)?.outflow.acknowledge(count);
  }

  cancel(id: MessageId): void {
    this.#running.get(id)?.abort.abort(canceled());
  }

  /** The other end is gone: every call is cancelled. */
  abandon(reason: string): void {
    for (const { abort, outflow } of this.#running.values()) {
      outflow.close();
      abort.abort(
        new RpcError(RPC_CODES.canceled, `The caller went away (${reason}).`, { code: "canceled" }),
      );
    }
  }

  /** Knows the request from now on, so that a cancel right behind it is not lost. */
  #admit(id: MessageId): Running {
    const start = `{"jsonrpc":"2.0","method":"$/progress","params":{"id":${JSON.stringify(id)},"items":`;
    const outflow = new Outflow((items) => this.#send(`${start}${items}}}`));
    const running = { abort: new AbortController(), outflow };
    this.#running.set(id, running);
    return running;
  }

  async #handle(binding: Binding, params: unknown, { abort, outflow }: Running): Promise<unknown> {
    return await binding.handle(parseParams(binding, params), {
      signal: abort.signal,
      report: (item) => outflow.report(item),
    });
  }

  #translate(error: unknown, signal: AbortSignal): RpcError {
    if (error instanceof RpcError) return error;
    const translated = this.#options.toRpcError?.(error);
    if (translated !== undefined) return translated;
    if (signal.aborted) return canceled();
    this.#options.onDefect?.(error);
    return new RpcError(
      RPC_CODES.internal,
      "Something went wrong inside; it is a defect, not your input.",
      {
        code: "internal",
        hint: "See the log of the process that answered, and report it.",
      },
    );
  }
}

function unknownMethod(method: string): RpcError {
  const message = `There is no method ${method.slice(0, 100)}.`;
  return new RpcError(RPC_CODES.methodNotFound, message, { code: "method-not-found" });
}

function refused(id: MessageId): RpcError {
  const message = `Request ${String(id).slice(0, 100)} is under way already, or too many are.`;
  return new RpcError(RPC_CODES.invalidRequest, message, {
    code: "protocol",
    hint: "Give each request an id of its own, and wait for answers.",
  });
}

function failed(id: MessageId, error: RpcError): JSONRPCResponse {
  return {
    jsonrpc: "2.0",
    id,
    error: { code: error.rpcCode, message: error.message, data: error.data },
  };
}

function parseParams(binding: Binding, params: unknown): unknown {
  const parsed = binding.method.params.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "params"}: ${message}`,
  );
  throw new RpcError(
    RPC_CODES.invalidParams,
    `Invalid params of ${binding.method.name}: ${issues.join("; ")}.`,
    {
      code: "invalid-params",
      hint: "Compare the call with the method's description in rpc.discover.",
    },
  );
}
