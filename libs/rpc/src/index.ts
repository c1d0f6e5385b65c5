export { Call } from "./call.ts";
export { ConnectionClosedError, RPC_CODES, RpcError } from "./errors.ts";
export type { RpcErrorData } from "./errors.ts";
export { LinesTransport } from "./lines-transport.ts";
export type { LinesOptions } from "./lines-transport.ts";
export { memoryPair } from "./memory-transport.ts";
export { bind, defineMethod } from "./method.ts";
export type {
  Binding,
  HandlerContext,
  HandlerOf,
  Method,
  ParamsOf,
  ProgressOf,
  ResultOf,
} from "./method.ts";
export { Peer } from "./peer.ts";
export type { CallOptions, Patience, PeerOptions } from "./peer-options.ts";
export { Throttle } from "./throttle.ts";
export { MAX_MESSAGE_BYTES } from "./transport.ts";
export type { Transport } from "./transport.ts";
export { WebSocketListener } from "./ws-listener.ts";
export { connectWebSocket, WebSocketTransport } from "./ws-transport.ts";
