import http, { type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { z } from "zod";
import { findSocket } from "./address.ts";
import { InfoAnswer } from "./answers.ts";
import { garbled } from "../errors.ts";
import type { PodmanOptions } from "../options.ts";
import { faultOf } from "./podman-fault.ts";

type Parameter = boolean | number | string | readonly string[] | undefined;

/** One request to Podman's own interface. */
export interface PodmanCall {
  readonly method: "DELETE" | "GET" | "HEAD" | "POST" | "PUT";
  /** Behind `/libpod`, without the query: `/containers/json`. */
  readonly path: string;
  /** A list is given as a parameter that is there several times. */
  readonly query?: Readonly<Record<string, Parameter>>;
  /** JSON, or an archive. */
  readonly body?: object | Buffer | Readable;
  readonly signal: AbortSignal;
}

/** The version of the interface: what Podman 4.0 and all that came after it speak. */
const BASE = "/v4.0.0/libpod";

/** A Podman service. All of its HTTP interface is spoken through here; a call that fails throws a `PodmanFault`. */
export class PodmanEngine implements Disposable {
  readonly #options: PodmanOptions;
  readonly #agent = new http.Agent({ keepAlive: true });
  #info: Promise<InfoAnswer> | undefined;

  constructor(options: PodmanOptions) {
    this.#options = options;
  }

  /** Sends a request and gives the body of the answer as it comes. */
  async stream(call: PodmanCall): Promise<IncomingMessage> {
    const answer = await this.#answer(call);
    const { statusCode: status = 0 } = answer;
    if (status < 400) return answer;
    throw faultOf(`${call.method} ${call.path}`, status, await text(answer));
  }

  /** Sends a request and reads the whole answer. */
  async text(call: PodmanCall): Promise<string> {
    return text(await this.stream(call));
  }

  /** Sends a request and reads a JSON answer of the given form. */
  async json<Schema extends z.ZodType>(call: PodmanCall, schema: Schema): Promise<z.infer<Schema>> {
    const said = await this.text(call);
    try {
      return schema.parse(JSON.parse(said));
    } catch (cause) {
      throw garbled(`answer to ${call.method} ${call.path}`, cause);
    }
  }

  /** Opens a connection that carries bytes both ways. */
  async upgrade({ path, body, signal }: Pick<PodmanCall, "path" | "signal"> & { body: object }) {
    signal.throwIfAborted();
    const bytes = JSON.stringify(body);
    const headers = { ...jsonHeaders(bytes), Connection: "Upgrade", Upgrade: "tcp" };
    const options = { socketPath: this.#socket(), method: "POST", path: `${BASE}${path}`, headers };
    const request = http.request({ ...options, agent: false, signal });
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
    request.on("error", reject);
    request.on("upgrade", (_answer, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.on("response", (answer) => {
      text(answer).then((said) => reject(faultOf(path, answer.statusCode ?? 0, said)), reject);
    });
    request.end(bytes);
    return promise;
  }

  /** What Podman says of itself and its storage, asked once. */
  async info(signal: AbortSignal): Promise<InfoAnswer> {
    this.#info ??= this.freshInfo(signal);
    // What fails now may be mended before the next call.
    this.#info.catch(() => (this.#info = undefined));
    return this.#info;
  }

  async freshInfo(signal: AbortSignal): Promise<InfoAnswer> {
    return this.json({ method: "GET", path: "/info", signal }, InfoAnswer);
  }

  async #answer({ method, path, query = {}, body, signal }: PodmanCall): Promise<IncomingMessage> {
    signal.throwIfAborted();
    const isArchive = body instanceof Buffer || body instanceof Readable;
    const bytes = body === undefined || isArchive ? body : JSON.stringify(body);
    const headers = typeof bytes === "string" ? jsonHeaders(bytes) : archiveHeaders(bytes);
    const target = `${BASE}${path}${queryText(query)}`;
    const options = { socketPath: this.#socket(), method, path: target, headers };
    const request = http.request({ ...options, agent: this.#agent, signal });
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request.on("response", resolve);
    request.on("error", reject);
    // An engine that refuses answers before it has read everything; its answer is what counts.
    if (bytes instanceof Readable) pipeline(bytes, request).catch(reject);
    else request.end(bytes);
    return promise;
  }

  #socket(): string {
    return findSocket(this.#options);
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

function jsonHeaders(bytes: string): Record<string, string | number> {
  return { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(bytes) };
}

function archiveHeaders(bytes: Buffer | Readable | undefined): Record<string, string | number> {
  if (bytes === undefined) return {};
  const length = bytes instanceof Buffer ? { "Content-Length": bytes.length } : {};
  return { "Content-Type": "application/x-tar", ...length };
}

function queryText(query: Readonly<Record<string, Parameter>>): string {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) all.append(name, String(one));
  }
  return all.size === 0 ? "" : `?${all.toString()}`;
}
