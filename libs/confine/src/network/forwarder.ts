import { once } from "node:events";
import { chmod } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Destination } from "./destinations.ts";

/** Connections of one driver at a time; more wait. */
const MAX_CONNECTIONS = 256;

/** Takes connections on a Unix socket in the driver's view, and carries each on from here. */
export class Forwarder implements AsyncDisposable {
  readonly #server: Server;
  readonly #open: Set<Socket>;

  constructor(server: Server, open: Set<Socket>) {
    this.#server = server;
    this.#open = open;
  }

  /** Everything that arrives at `path` goes to one destination. */
  static to({ host, port }: Destination, path: string): Promise<Forwarder> {
    return Forwarder.listen(path, (near) =>
      join(near, connect({ host, port, allowHalfOpen: true })),
    );
  }

  /** `carry` gets each connection that arrives at `path`. It ends with the forwarder, at the latest. */
  static async listen(
    path: string,
    carry: (near: Socket) => Socket | undefined,
  ): Promise<Forwarder> {
    const open = new Set<Socket>();
    const keep = (socket: Socket): void => {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    };
    const server = createServer({ allowHalfOpen: true }, (near) => {
      keep(near);
      const far = carry(near);
      if (far !== undefined) keep(far);
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.listen(path);
    await once(server, "listening");
    await chmod(path, 0o600);
    return new Forwarder(server, open);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    await closed;
  }
}

/** What one end sends the other gets; an end that breaks takes the other with it. */
export function join(near: Socket, far: Socket): Socket {
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
  near.once("close", () => far.destroy());
  far.once("close", () => near.destroy());
  near.pipe(far);
  far.pipe(near);
  return far;
}
