import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";

export interface RelayRequest {
  /** Where the relay's socket appears. */
  readonly listenPath: string;
  /** The socket that connections are carried on to; it may come and go. */
  readonly target: string;
  /** Who may connect; one wider than 0600 is only safe in a directory that keeps others out. */
  readonly mode: number;
  /** Hears of each connection before it is carried on. */
  readonly onConnection?: () => void;
}

/** Carries connections on one Unix socket to another, byte by byte, until it is disposed of. */
export async function relaySocket(request: RelayRequest): Promise<AsyncDisposable> {
  const { listenPath, target, mode, onConnection } = request;
  const open = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    open.add(socket);
    return socket.once("close", () => open.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    onConnection?.();
    carry(keep(near), keep(connect({ path: target, allowHalfOpen: true })));
  });
  server.listen(listenPath);
  await once(server, "listening");
  await chmod(listenPath, mode);
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** What one end sends the other gets; an end that breaks takes the other with it. */
function carry(near: Socket, far: Socket): void {
  near.once("error", () => far.destroy()).once("close", () => far.destroy());
  far.once("error", () => near.destroy()).once("close", () => near.destroy());
  near.pipe(far);
  far.pipe(near);
}
