import { type IncomingMessage, request } from "node:http";
import { pipeline, Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { DriverError } from "./wire.ts";

/** The engine answered with an HTTP status that is no success. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Ask {
  readonly query?: Readonly<Record<string, string>>;
  /** JSON, or the bytes of an archive. */
  readonly body?: object | Readable;
  readonly signal?: AbortSignal;
}

/** A Docker-compatible engine, spoken to through its socket. */
export class Engine {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Asks `GET /path`, `POST /path`, …; gives the answer's body. Throws `Refused`. */
  async stream(what: string, ask: Ask = {}): Promise<IncomingMessage> {
    const response = await this.#send(what, ask);
    const { statusCode: status = 500 } = response;
    if (status < 400) return response;
    const answer = await json(response).catch(() => ({}));
    throw new Refused(status, hasMessage(answer) ? answer.message : `${what}: HTTP ${status}`);
  }

  /** Asks, and reads the answer as JSON. The caller names the fields that it uses. */
  async json<Answer>(what: string, ask: Ask = {}): Promise<Answer> {
    return (await json(await this.stream(what, ask))) as Answer;
  }

  /** Asks, and passes over the answer. */
  async do(what: string, ask: Ask = {}): Promise<void> {
    for await (const _ of await this.stream(what, ask));
  }

  #send(what: string, { query = {}, body, signal }: Ask): Promise<IncomingMessage> {
    const [method = "GET", path = "/"] = what.split(" ");
    const search = new URLSearchParams(query).toString();
    const isArchive = body instanceof Readable;
    const headers = {
      Host: "engine",
      ...(body !== undefined && {
        "Content-Type": isArchive ? "application/x-tar" : "application/json",
      }),
    };
    const target = { socketPath: this.#socketPath, method, path: `${path}?${search}`, headers };
    return new Promise((resolve, reject) => {
      const asked = request({ ...target, ...(signal && { signal }) }, resolve);
      asked.on("error", (cause) => reject(away(cause, this.#socketPath)));
      if (isArchive) pipeline(body, asked, (error) => error && reject(error));
      else asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function away(cause: Error, socketPath: string): DriverError {
  return new DriverError(
    "engine-unavailable",
    `The engine at ${socketPath} cannot be reached (${cause.message}).`,
    { hint: "Start it, or set the option `socket`." },
  );
}

function hasMessage(value: unknown): value is { readonly message: string } {
  return typeof value === "object" && value !== null && "message" in value;
}
