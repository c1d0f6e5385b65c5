import http from "node:http";
import https from "node:https";
import type { IncomingMessage } from "node:http";
import { Duplex, Readable } from "node:stream";
import Docker from "dockerode";
import type { z } from "zod";
import { type Address, findAddress } from "./address.ts";
import { garbled } from "./errors.ts";
import type { DockerOptions } from "./options.ts";
import { SshBridge } from "./ssh-bridge.ts";

/** One request to the engine's HTTP interface. */
export interface EngineRequest {
  readonly method: "DELETE" | "GET" | "HEAD" | "POST" | "PUT";
  /** Without query and version. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** JSON, or an archive. */
  readonly body?: object | Buffer | Readable;
  /** Contents of `X-Registry-Auth` and `X-Registry-Config`. */
  readonly registryAuth?: Readonly<Record<string, string>>;
  readonly registryConfig?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly signal: AbortSignal;
}

/** A request whose connection is then used for something else than HTTP. */
interface Upgrade {
  readonly path: string;
  readonly body?: object;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly signal: AbortSignal;
}

const OK = { 101: true, 200: true, 201: true, 204: true, 304: true } as const;

/** A connection to one Docker Engine, made at the first request. All of dockerode is behind it. */
export class DockerEngine implements AsyncDisposable {
  readonly #options: DockerOptions;
  #connection: Promise<Connection> | undefined;

  constructor(options: DockerOptions) {
    this.#options = options;
  }

  /** Where the engine listens. */
  async address(): Promise<Address> {
    return (await this.#connect()).address;
  }

  /** Sends a request and gives the body of the answer as it comes. */
  async stream(request: EngineRequest): Promise<IncomingMessage> {
    request.signal.throwIfAborted();
    const answer = await this.#dial(toDial(request));
    if (!(answer instanceof http.IncomingMessage)) throw garbled("answer");
    return answer;
  }

  /** Sends a request and reads a JSON answer of the given form. */
  async json<Schema extends z.ZodType>(
    request: EngineRequest,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    const text = await this.#text(request);
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      throw garbled(`answer to ${request.method} ${request.path}`, cause);
    }
  }

  /** Sends a request whose answer says nothing. */
  async send(request: EngineRequest): Promise<void> {
    await this.#text(request);
  }

  /** Sends a request and gives the headers of the answer. */
  async headers(request: EngineRequest): Promise<http.IncomingHttpHeaders> {
    const answer = await this.stream(request);
    answer.resume();
    return answer.headers;
  }

  /** Opens a connection that carries bytes both ways: the services of a build, a terminal. */
  async upgrade({ path, body, headers, signal }: Upgrade): Promise<Duplex> {
    signal.throwIfAborted();
    const copied = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        typeof value === "string" ? value : [...value],
      ]),
    );
    const socket = await this.#dial({
      method: "POST",
      path,
      hijack: true,
      headers: copied,
      options: { _query: {}, _body: body ?? {} },
      statusCodes: OK,
      abortSignal: signal,
    });
    if (!(socket instanceof Duplex)) throw garbled(`answer to POST ${path}`);
    return socket;
  }

  async #dial(options: DialOptions): Promise<unknown> {
    const { docker, bridge } = await this.#connect();
    const modem: Modem = docker.modem;
    return new Promise((resolve, reject) => {
      modem.dial(options, (error, result) => {
        if (error) reject(bridge === undefined ? error : bridge.explain(error));
        else resolve(result);
      });
    });
  }

  async #text(request: EngineRequest): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of await this.stream(request)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString("utf8");
  }

  #connect(): Promise<Connection> {
    this.#connection ??= connect(this.#options);
    // A configuration that cannot be read now may be mended before the next request.
    this.#connection.catch(() => (this.#connection = undefined));
    return this.#connection;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    connection?.agent.destroy();
    await connection?.bridge?.[Symbol.asyncDispose]();
  }
}

interface Connection {
  readonly address: Address;
  readonly docker: Docker;
  readonly agent: http.Agent;
  /** What stands between here and an engine that is reached over SSH. */
  readonly bridge?: SshBridge;
}

async function connect(options: DockerOptions): Promise<Connection> {
  const address = await findAddress(options);
  if (address.kind !== "ssh") return { address, ...dockerAt(address) };
  const bridge = await SshBridge.open(address.target, options.helperEnvironment ?? {});
  return { address, bridge, ...dockerAt({ kind: "unix", path: bridge.path }) };
}

type Reachable = Exclude<Address, { readonly kind: "ssh" }>;

function dockerAt(address: Reachable): Pick<Connection, "docker" | "agent"> {
  const { agent, target } = reach(address);
  const settings = { ...NOTHING, ...target, agent };
  return { agent, docker: new Docker(settings) };
}

function reach(address: Reachable): {
  readonly agent: http.Agent;
  readonly target: Docker.DockerOptions;
} {
  if (address.kind === "unix") {
    const agent = new http.Agent({ keepAlive: true });
    return { agent, target: { socketPath: address.path, protocol: "http" } };
  }
  const { host, port, tls } = address;
  if (tls === undefined) {
    return { agent: new http.Agent({ keepAlive: true }), target: { host, port, protocol: "http" } };
  }
  const { verify, ...files } = tls;
  const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: verify });
  return { agent, target: { ...files, host, port, protocol: "https" } };
}

/** What is used of the library's transport, which its types leave open. */
interface Modem {
  dial(options: DialOptions, callback: (error: unknown, result: unknown) => void): void;
}

interface DialOptions {
  readonly method: string;
  readonly path: string;
  readonly statusCodes: typeof OK;
  readonly abortSignal: AbortSignal;
  readonly [more: string]: unknown;
}

/** Overrides everything that the library would otherwise take from the process's environment. */
const NOTHING = {
  host: undefined,
  port: undefined,
  socketPath: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
  pathPrefix: "/",
};

function toDial(request: EngineRequest): DialOptions {
  const { body, query = {}, registryAuth, registryConfig } = request;
  const isArchive = body instanceof Buffer || body instanceof Readable;
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return {
    method: request.method,
    path: `${request.path}?`,
    // Both are always set, or the library would send the query as a body and the body as a query.
    options: { _query: Object.fromEntries(given), _body: isArchive ? {} : (body ?? {}) },
    isStream: true,
    statusCodes: OK,
    abortSignal: request.signal,
    ...(isArchive && { file: body }),
    ...(registryAuth && { authconfig: registryAuth }),
    ...(registryConfig && { registryconfig: registryConfig }),
  };
}
