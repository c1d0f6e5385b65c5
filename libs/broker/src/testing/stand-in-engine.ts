import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

/** A request as the engine got it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** A server in an engine's place, for what no real engine does on demand: stalling, counting bytes, breaking off. */
export class StandInEngine implements AsyncDisposable {
  readonly dir: string;
  readonly socketPath: string;
  readonly received: Received[] = [];
  /** What containers, networks, volumes and images there are, by path. */
  readonly things = new Map<string, unknown>();
  answer: Answer = (_request, response) => response.end("{}");
  upgrade: Upgrade = (_request, socket) => socket.destroy();
  /** Answers before the body was read when set. */
  streaming: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  readonly #server: Server;

  private constructor(dir: string) {
    this.dir = dir;
    this.socketPath = join(dir, "engine.sock");
    this.#server = createServer(
      { maxHeaderSize: 128 * 1024 },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head));
  }

  static async start(): Promise<StandInEngine> {
    const engine = new StandInEngine(await mkdtemp(join(tmpdir(), "gantry-stand-in-")));
    engine.#server.listen(engine.socketPath);
    await once(engine.#server, "listening");
    return engine;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const thing = this.things.get(url);
    if (method === "GET" && thing !== undefined) {
      response.end(JSON.stringify(thing));
      return;
    }
    if (
      method === "GET" &&
      /^\/(networks|volumes)\/.|^\/(containers|images|exec)\/.+\/json$/.test(url)
    ) {
      response.writeHead(404).end('{"message":"no such thing"}');
      return;
    }
    if (this.streaming !== undefined) {
      this.streaming(request, response);
      return;
    }
    const body = await buffer(request);
    this.received.push({ method, url, headers, body: body.toString() });
    this.answer(request, response, body);
  }

  /** Goes away, as an engine that is stopped. */
  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}
