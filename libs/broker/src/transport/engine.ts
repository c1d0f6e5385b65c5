import http, { type IncomingMessage } from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import type { z } from "zod";
import { Denied } from "../denied.ts";

/** How long an answer to a question of our own may take. */
const ASK_MS = 30_000;

export interface Outgoing {
  readonly method: string;
  /** With version and query. */
  readonly path: string;
  readonly headers: http.OutgoingHttpHeaders;
  /** Absent: it goes on until it is answered. */
  readonly signal: AbortSignal | undefined;
}

/** What the engine said to a request for another protocol. */
export type Upgraded =
  | {
      readonly kind: "upgraded";
      readonly answer: IncomingMessage;
      readonly socket: Duplex;
      readonly head: Buffer;
    }
  | { readonly kind: "answer"; readonly answer: IncomingMessage };

/** The real engine, behind its socket. */
export class Engine implements Disposable {
  readonly #socketPath: string;
  readonly #agent = new http.Agent({ keepAlive: true, maxFreeSockets: 16 });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Begins a request; its body is the caller's to write and end. */
  open(outgoing: Outgoing): {
    readonly request: http.ClientRequest;
    readonly answer: Promise<IncomingMessage>;
  } {
    const { signal, ...rest } = outgoing;
    const about = signal === undefined ? rest : { ...rest, signal };
    const request = http.request({ ...about, socketPath: this.#socketPath, agent: this.#agent });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.on("response", resolve);
      request.on("error", reject);
    });
    // Whoever writes the body may fail first.
    answer.catch(() => undefined);
    return { request, answer };
  }

  /** Begins a request on a connection of its own, whose directions end apart. */
  openUpgrade(outgoing: Outgoing): {
    readonly request: http.ClientRequest;
    readonly upgraded: Promise<Upgraded>;
  } {
    const createConnection = (): net.Socket =>
      net.connect({ path: this.#socketPath, allowHalfOpen: true });
    const request = http.request({ ...outgoing, createConnection });
    const upgraded = new Promise<Upgraded>((resolve, reject) => {
      request.on("upgrade", (answer, socket, head) =>
        resolve({ kind: "upgraded", answer, socket, head }),
      );
      request.on("response", (answer) => resolve({ kind: "answer", answer }));
      request.on("error", reject);
    });
    upgraded.catch(() => undefined);
    return { request, upgraded };
  }

  /** Asks for something; `undefined` when the engine has no such thing. */
  async ask<Schema extends z.ZodType>(
    path: string,
    { schema, signal }: { readonly schema: Schema; readonly signal: AbortSignal },
  ): Promise<z.infer<Schema> | undefined> {
    return this.#json({ method: "GET", path, body: undefined, signal }, schema);
  }

  /** Makes something, and reads what the engine says of it. */
  async make<Schema extends z.ZodType>(
    path: string,
    {
      body,
      schema,
      signal,
    }: { readonly body: unknown; readonly schema: Schema; readonly signal: AbortSignal },
  ): Promise<z.infer<Schema> | undefined> {
    return this.#json({ method: "POST", path, body, signal }, schema);
  }

  /** Has something done that the engine says nothing about. */
  async tell(path: string, signal: AbortSignal): Promise<void> {
    const { request, answer } = this.open({ method: "POST", path, headers: {}, signal });
    request.end();
    (await answer).resume();
  }

  async #json<Schema extends z.ZodType>(
    {
      method,
      path,
      body,
      signal,
    }: Pick<Outgoing, "method" | "path"> & { readonly body: unknown; readonly signal: AbortSignal },
    schema: Schema,
  ): Promise<z.infer<Schema> | undefined> {
    const bytes = body === undefined ? undefined : JSON.stringify(body);
    const { request, answer } = this.open({
      method,
      path,
      headers:
        bytes === undefined
          ? {}
          : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(bytes) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]),
    });
    request.end(bytes);
    const got = await answer;
    const said = await text(got);
    const status = got.statusCode ?? 0;
    if (status === 404) return undefined;
    if (status >= 400) throw new Denied(status, messageOf(said), `the engine answered ${status}`);
    return schema.parse(JSON.parse(said));
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

function messageOf(said: string): string {
  try {
    const value: unknown = JSON.parse(said);
    if (typeof value === "object" && value !== null && "message" in value)
      return String(value.message);
  } catch {
    // Not every engine answers in JSON.
  }
  return said.trim();
}
