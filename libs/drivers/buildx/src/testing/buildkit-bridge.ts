import { once } from "node:events";
import { request } from "node:http";
import { createServer, type Server, type Socket } from "node:net";

/**
 * The BuildKit inside of a Docker Engine, listening as a `buildkitd` of its own does: what a `remote` builder connects to.
 * Every connection becomes one to the engine's `/grpc`.
 */
export class BuildkitBridge implements AsyncDisposable {
  readonly #server: Server;
  readonly #open: Set<Socket>;

  private constructor(server: Server, open: Set<Socket>) {
    this.#server = server;
    this.#open = open;
  }

  /** `host` is `unix:///...` of the engine; `where` a path, or a port of loopback (0: any). */
  static async listen(host: string, where: string | number): Promise<BuildkitBridge> {
    const open = new Set<Socket>();
    const server = createServer((client) => {
      open.add(client);
      client.on("close", () => open.delete(client)).on("error", () => undefined);
      connect(host.replace(/^unix:\/\//u, ""), client);
    });
    if (typeof where === "number") server.listen(where, "127.0.0.1");
    else server.listen(where);
    await once(server, "listening");
    return new BuildkitBridge(server, open);
  }

  /** The port of one that listens on loopback. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

function connect(socketPath: string, client: Socket): void {
  const headers = { Connection: "Upgrade", Upgrade: "h2c" };
  const dial = request({ socketPath, path: "/grpc", method: "POST", headers });
  dial.on("upgrade", (_response, engine, head) => {
    client.write(head);
    engine.pipe(client).pipe(engine);
    engine.on("error", () => client.destroy());
    client.on("close", () => engine.destroy());
  });
  dial.on("response", () => client.destroy()).on("error", () => client.destroy());
  dial.end();
}
