/** What an error response carries beside its message. */
export interface RpcErrorData {
  /** Stable, kebab-case: what a program decides by. */
  readonly code: string;
  /** What to try. */
  readonly hint?: string;
  readonly [detail: string]: unknown;
}

/** An error that crossed the wire, or is about to. Never holds a secret or a stack. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  /** The JSON-RPC error code. Application codes stay out of −32768…−32000. */
  readonly rpcCode: number;
  readonly data: RpcErrorData;

  constructor(rpcCode: number, message: string, data: RpcErrorData) {
    super(message);
    this.rpcCode = rpcCode;
    this.data = data;
  }
}

/** Codes with a meaning of their own in JSON-RPC 2.0, and LSP's for a cancelled request. */
export const RPC_CODES = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  canceled: -32800,
} as const;

/** Its caller gave the call up, and the other end has stopped working on it or never began. */
export function canceled(): RpcError {
  return new RpcError(RPC_CODES.canceled, "The call was cancelled.", { code: "canceled" });
}

/** The connection ended while an answer was awaited. */
export class ConnectionClosedError extends Error {
  override readonly name = "ConnectionClosedError";
  readonly hint: string;

  constructor(what: string, options: { readonly hint: string; readonly cause?: unknown }) {
    super(what, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
  }
}
