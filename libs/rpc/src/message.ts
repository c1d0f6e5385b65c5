import { RPC_CODES } from "./errors.ts";
import { screen, type ScreenText } from "./screen.ts";

/** What ties an answer to its request. */
export type MessageId = string | number;

export interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export interface RequestMessage {
  readonly kind: "request";
  readonly id: MessageId;
  readonly method: string;
  readonly params: unknown;
}

export interface AnswerMessage {
  readonly kind: "answer";
  readonly id: MessageId | null;
  readonly result?: unknown;
  readonly error?: ErrorBody;
}

/** One of the three notifications that belong to a call. */
export interface FlowMessage {
  readonly kind: "flow";
  readonly method: string;
  readonly id: MessageId | null;
  readonly items: readonly unknown[];
  readonly count: number;
}

/** Not JSON-RPC 2.0, or beyond the bounds: why, and the code that the specification has for it. */
export interface BrokenMessage {
  readonly kind: "broken";
  readonly code: number;
  readonly why: string;
}

/** One incoming message, sorted by what is to be done with it. `ignored` is a notification that nobody knows. */
export type Message =
  | RequestMessage
  | AnswerMessage
  | FlowMessage
  | BrokenMessage
  | { readonly kind: "ignored" };

/** Reads a message. Anything that is not JSON-RPC 2.0, or nested too deep, is `broken`. */
export function readMessage(text: string, clean?: ScreenText): Message {
  const value = parse(text);
  if (value === undefined) return broken(RPC_CODES.parse, "The message is not JSON.");
  if (!isRecord(value) || value["jsonrpc"] !== "2.0") return notRpc();
  const problem = screen(value, clean);
  if (problem !== undefined) return broken(RPC_CODES.invalidRequest, problem);
  return typeof value["method"] === "string" ? readCall(value, value["method"]) : readAnswer(value);
}

function readCall(value: Readonly<Record<string, unknown>>, method: string): Message {
  const { id, params } = value;
  if (method.startsWith("$/")) return readFlow(method, params);
  if (id === undefined) return { kind: "ignored" };
  return isId(id) ? { kind: "request", id, method, params } : notRpc();
}

function readFlow(method: string, params: unknown): FlowMessage {
  const { id, items, count } = isRecord(params) ? params : {};
  return {
    kind: "flow",
    method,
    id: isId(id) ? id : null,
    items: Array.isArray(items) ? items : [],
    count: Number.isSafeInteger(count) && Number(count) > 0 ? Number(count) : 0,
  };
}

function readAnswer(value: Readonly<Record<string, unknown>>): Message {
  const { id, result, error } = value;
  if (!isId(id) && id !== null) return notRpc();
  if (isError(error)) return { kind: "answer", id, error };
  return result === undefined ? notRpc() : { kind: "answer", id, result };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is MessageId {
  return typeof value === "string" || typeof value === "number";
}

function isError(value: unknown): value is ErrorBody {
  return (
    isRecord(value) && typeof value["code"] === "number" && typeof value["message"] === "string"
  );
}

function notRpc(): BrokenMessage {
  return broken(RPC_CODES.invalidRequest, "The message is not a JSON-RPC 2.0 request.");
}

function broken(code: number, why: string): BrokenMessage {
  return { kind: "broken", code, why };
}
