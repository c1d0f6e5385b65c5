import { type IncomingMessage, type Server, createServer } from "node:http";
import { chmod } from "node:fs/promises";
import { once } from "node:events";
import { WebSocketServer } from "ws";
import { MAX_MESSAGE_BYTES, type Transport } from "./transport.ts";
import { WebSocketTransport } from "./ws-transport.ts";

/** Accepts WebSocket connections on a Unix socket. Disposing it closes the socket and every connection. */
export class WebSocketListener implements AsyncDisposable {
  readonly #http: Server;
  readonly #server: WebSocketServer;

  private constructor(http: Server, server: WebSocketServer) {
    this.#http = http;
    this.#server = server;
  }

  /** Listens at `path` with mode 0600. A request with an `Origin` comes from a browser and is refused. */
  static async listen(
    path: string,
    onConnection: (transport: Transport) => void,
  ): Promise<WebSocketListener> {
    const http = createServer((_request, response) => {
      response
        .writeHead(426, { "content-type": "text/plain" })
        .end("gantryd speaks JSON-RPC over WebSocket.\n");
    });
    const server = new WebSocketServer({
      server: http,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      verifyClient: ({ req }: { readonly req: IncomingMessage }) =>
        req.headers.origin === undefined,
    });
    server.on("connection", (socket) => onConnection(new WebSocketTransport(socket)));
    server.on("error", () => undefined);
    await listenPrivately(http, path);
    return new WebSocketListener(http, server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#server.clients) client.close(1001, "the daemon stops");
    setTimeout(() => this.#terminateAll(), 500).unref();
    this.#server.close();
    const closed = once(this.#http, "close");
    this.#http.close();
    this.#http.closeIdleConnections();
    await closed;
  }

  #terminateAll(): void {
    for (const client of this.#server.clients) client.terminate();
  }
}

async function listenPrivately(http: Server, path: string): Promise<void> {
  const before = process.umask(0o177);
  try {
    http.listen(path);
    await once(http, "listening");
  } finally {
    process.umask(before);
  }
  await chmod(path, 0o600);
}
