import { once } from "node:events";
import WebSocket from "ws";
import { ConnectionClosedError } from "./errors.ts";
import { Inbox } from "./inbox.ts";
import { MAX_MESSAGE_BYTES, type Transport } from "./transport.ts";

/** Bytes that may wait in a socket before `send` waits too. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** JSON texts as WebSocket text frames. */
export class WebSocketTransport implements Transport {
  readonly closed: Promise<string>;
  readonly #socket: WebSocket;
  readonly #inbox = new Inbox();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => resolve(`${code} ${reason.toString()}`.trim()));
    });
    socket.on("error", () => undefined);
    socket.on("message", (data, isBinary) => {
      if (isBinary || !Buffer.isBuffer(data)) socket.close(1003, "text messages only");
      else this.#inbox.deliver(data.toString("utf8"));
    });
  }

  async send(message: string): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      throw new ConnectionClosedError("The WebSocket is closed.", { hint: "Connect again." });
    }
    const flushed = new Promise<void>((resolve) => this.#socket.send(message, () => resolve()));
    if (this.#socket.bufferedAmount > HIGH_WATER_BYTES) await flushed;
  }

  listen(onMessage: (message: string) => void): void {
    this.#inbox.listen(onMessage);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close(1000);
    const timer = setTimeout(() => this.#socket.terminate(), 500);
    await this.closed;
    clearTimeout(timer);
  }
}

/** Connects to `ws://`, `wss://`, or `ws+unix:PATH:/`. Rejects with the system's error when nobody listens. */
export async function connectWebSocket(
  url: string,
  signal?: AbortSignal,
): Promise<WebSocketTransport> {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  const transport = new WebSocketTransport(socket);
  try {
    await once(socket, "open", signal === undefined ? {} : { signal });
  } catch (error) {
    socket.terminate();
    throw error;
  }
  return transport;
}
