import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import {
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { DockerEngine } from "../docker-engine.ts";
import type { Call, Method, Missing } from "./session-services.ts";

interface SessionOptions {
  readonly methods: readonly Method[];
  /** The same for builds of one context: the engine then keeps what it was sent. */
  readonly sharedKey: string;
  readonly signal: AbortSignal;
}

/** The connection on which BuildKit asks for files, credentials and secrets. Open for as long as its build. */
export class BuildSession implements AsyncDisposable {
  readonly id: string;
  readonly #server: Server;
  readonly #socket: Duplex;

  private constructor(id: string, server: Server, socket: Duplex) {
    this.id = id;
    this.#server = server;
    this.#socket = socket;
  }

  static async open(engine: DockerEngine, options: SessionOptions): Promise<BuildSession> {
    const id = randomUUID();
    const socket = await engine.upgrade({
      path: "/session",
      headers: {
        Upgrade: "h2c",
        "X-Docker-Expose-Session-Uuid": id,
        "X-Docker-Expose-Session-Name": "gantry",
        "X-Docker-Expose-Session-Sharedkey": options.sharedKey,
        "X-Docker-Expose-Session-Grpc-Method": options.methods.map(({ path }) => path),
      },
      signal: options.signal,
    });
    // The engine ends the connection as it likes once the build is over.
    socket.on("error", () => undefined);
    const server = serve(options.methods);
    server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(socket);
    return new BuildSession(id, server, socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
    this.#socket.destroy();
  }
}

function serve(methods: readonly Method[]): Server {
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  const definitions = methods.map((method) => [method.path, definitionOf(method)] as const);
  const handlers: UntypedServiceImplementation = Object.fromEntries(
    methods.map((method) => [
      method.path,
      "unary" in method ? unary(method.unary) : stream(method.stream),
    ]),
  );
  server.addService(Object.fromEntries(definitions), handlers);
  return server;
}

const asIs = (bytes: Buffer): Buffer => bytes;

function definitionOf(method: Method): MethodDefinition<Buffer, Buffer> {
  const isStream = "stream" in method;
  return {
    path: method.path,
    requestStream: isStream,
    responseStream: isStream,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

function unary(handle: (request: Buffer) => Promise<Buffer | Missing>) {
  return (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void => {
    handle(call.request).then(
      (found) =>
        "missing" in found
          ? answer({ code: status.NOT_FOUND, details: found.missing })
          : answer(null, found),
      // What went wrong stays here: it may name a secret, and the engine puts it into its log.
      () => answer({ code: status.INTERNAL, details: "the client could not answer" }),
    );
  };
}

function stream(handle: (call: Call) => Promise<boolean>) {
  return (call: Call): void => {
    // A broken call ends its build, which then says why.
    call.on("error", () => undefined);
    handle(call).then(
      (found) => (found ? call.end() : call.emit("error", { code: status.NOT_FOUND })),
      (error: unknown) => call.emit("error", { code: status.INTERNAL, details: String(error) }),
    );
  };
}
