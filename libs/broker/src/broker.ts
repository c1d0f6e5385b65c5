import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { Socket } from "node:net";
import { dirname } from "node:path";
import { BrokerError } from "./errors.ts";
import { ImageLedger } from "./labels/image-ledger.ts";
import type { BrokerRequest } from "./request.ts";
import type { Room } from "./room.ts";
import { Engine } from "./transport/engine.ts";
import { answerError, serveRequest } from "./transport/proxy.ts";
import { serveUpgrade, wantsUpgrade } from "./transport/upgrade.ts";
import { Verdicts } from "./transport/verdicts.ts";

/** Bytes of a socket's path that every system takes. */
const MAX_PATH = 103;
const LIMITS = {
  /** Room for the sessions of a build and for credentials of many registries. */
  maxHeaderSize: 64 * 1024,
  headersTimeout: 30_000,
  /** A build's context may take as long as it takes. */
  requestTimeout: 0,
  keepAliveTimeout: 60_000,
} as const;
const MAX_CONNECTIONS = 512;

/** A filtered socket. Disposing it ends its connections and takes the socket away; what was made in the engine stays. */
export interface Broker extends AsyncDisposable {
  readonly listenPath: string;
}

/** Opens a filtered socket of a Docker-compatible engine. The engine need not be there yet. Throws `BrokerError`. */
export async function openBroker(request: BrokerRequest): Promise<Broker> {
  const { listenPath, mode = 0o600, owner, power, labels, logsDir } = request;
  if (Buffer.byteLength(listenPath) > MAX_PATH) throw pathTooLong(listenPath);
  const engine = new Engine(request.engine.socketPath);
  const images = new ImageLedger(request.images);
  const room: Room = { engine, power, owner, labels, images, logsDir };
  const verdicts = new Verdicts(owner, request.audit);
  const sockets = new Set<Socket>();
  const server = makeServer(room, verdicts, sockets);
  await mkdir(dirname(listenPath), { recursive: true, mode: 0o700 });
  await listen(server, listenPath, mode);
  return {
    listenPath,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      engine[Symbol.dispose]();
    },
  };
}

function makeServer(room: Room, verdicts: Verdicts, sockets: Set<Socket>): Server {
  const shouldUpgradeCallback = (request: Parameters<typeof wantsUpgrade>[1]): boolean =>
    wantsUpgrade(room, request);
  const server = createServer({ ...LIMITS, shouldUpgradeCallback });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", (request, response) => {
    serveRequest(room, verdicts, { request, response }).catch((error: unknown) =>
      answerError(response, error),
    );
  });
  server.on("upgrade", (request, socket, head) => {
    serveUpgrade(room, verdicts, { request, socket, head }).catch(() => socket.destroy());
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // A client that only went away has asked for nothing.
    if (error.code?.startsWith("HPE_") === true) verdicts.unreadable();
    if (socket.writable) socket.end(BAD_REQUEST);
    else socket.destroy();
  });
  return server;
}

const BAD_MESSAGE = JSON.stringify({ message: "The request is not well formed." });
const BAD_REQUEST = `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${BAD_MESSAGE.length}\r\nConnection: close\r\n\r\n${BAD_MESSAGE}`;

async function listen(server: Server, path: string, mode: number): Promise<void> {
  // What an earlier process left; a directory would not be a socket's.
  await rm(path, { force: true });
  try {
    // Nobody but us may connect before the mode is set.
    const mask = process.umask(0o177);
    try {
      server.listen(path);
    } finally {
      process.umask(mask);
    }
    await once(server, "listening");
    await chmod(path, mode);
  } catch (cause) {
    server.close();
    throw new BrokerError("not-listening", `The socket ${path} could not be opened.`, {
      hint: "Look at who may write into its directory.",
      cause,
    });
  }
}

function pathTooLong(path: string): BrokerError {
  return new BrokerError(
    "path-too-long",
    `The path of the socket ${path} is too long for a socket.`,
    {
      hint: "Use a shorter GANTRY_HOME.",
    },
  );
}
