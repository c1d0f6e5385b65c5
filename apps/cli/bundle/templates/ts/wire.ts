/** Gantry's driver protocol: JSON-RPC 2.0, one message a line, on stdin and stdout. */

/** Progress items that may be on their way without an acknowledgement. */
const WINDOW = 256;

const CODES = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  canceled: -32_800,
  driver: 1,
};

export interface ErrorDetails {
  /** What to try. */
  readonly hint: string;
  /** The feature that is missing; always there with `unsupported`. */
  readonly need?: string;
}

/** A failure that the host understands: a code of the protocol's list, a message, and what to try. */
export class DriverError extends Error {
  readonly data: ErrorDetails & { readonly code: string };

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message);
    this.data = { code, ...details };
  }
}

/** The params of a call are not what its method takes. */
export class InvalidParams extends Error {}

/** One request under way. */
export interface Call {
  /** Aborts when the host cancels the call, or leaves. */
  readonly signal: AbortSignal;
  /** Says something before the result. Waits while the host is behind. */
  report(item: object): Promise<void>;
}

export type Params = Readonly<Record<string, unknown>>;
export type Method = (params: Params, call: Call) => object | Promise<object>;

type Id = string | number;

class OpenCall implements Call {
  readonly #id: Id;
  readonly #aborter = new AbortController();
  #unacknowledged = 0;
  #onRoom = (): void => undefined;

  constructor(id: Id) {
    this.#id = id;
  }

  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  async report(item: object): Promise<void> {
    while (this.#unacknowledged >= WINDOW && !this.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
    this.signal.throwIfAborted();
    this.#unacknowledged += 1;
    send({ method: "$/progress", params: { id: this.#id, items: [item] } });
  }

  acknowledge(count: number): void {
    this.#unacknowledged -= count;
    this.#onRoom();
  }

  cancel(): void {
    this.#aborter.abort();
    this.#onRoom();
  }
}

/** Serves `methods` until the input ends, then cancels what is under way. */
export async function serve(methods: Readonly<Record<string, Method>>): Promise<void> {
  const table = new Map(Object.entries(methods));
  const calls = new Map<unknown, OpenCall>();
  for await (const line of linesOf(process.stdin)) {
    const message = parse(line);
    if (message === undefined) continue;
    const { id, method, params = {} } = message;
    if (!isRecord(params)) refuse(id, CODES.invalidParams, "The params are no object.");
    else if (method === "$/ack") calls.get(params["id"])?.acknowledge(Number(params["count"]));
    else if (method === "$/cancel") calls.get(params["id"])?.cancel();
    else if (isId(id) && typeof method === "string") {
      const call = new OpenCall(id);
      calls.set(id, call);
      void answer(table.get(method), params, call).then((result) => {
        calls.delete(id);
        send({ id, ...result });
      });
    }
  }
  for (const call of calls.values()) call.cancel();
}

async function answer(method: Method | undefined, params: Params, call: Call): Promise<object> {
  if (method === undefined) {
    return failure(CODES.methodNotFound, "There is no such method.", { code: "method-not-found" });
  }
  try {
    return { result: await method(params, call) };
  } catch (error) {
    if (call.signal.aborted) {
      return failure(CODES.canceled, "The work was canceled.", { code: "canceled" });
    }
    if (error instanceof DriverError) return failure(CODES.driver, error.message, error.data);
    if (error instanceof InvalidParams) return failure(CODES.invalidParams, error.message);
    // A defect: the host gets one line, the log the rest.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    const data = { code: "internal", hint: "See the log of the driver." };
    return failure(CODES.internal, "Something went wrong in the driver.", data);
  }
}

function failure(code: number, message: string, data?: object): object {
  return { error: { code, message, ...(data === undefined ? {} : { data }) } };
}

function refuse(id: unknown, code: number, message: string): void {
  send({ id: isId(id) ? id : null, ...failure(code, message) });
}

function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

function parse(line: string): Params | undefined {
  if (line.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    refuse(null, CODES.parse, "The message is not JSON.");
    return undefined;
  }
  if (isRecord(value)) return value;
  refuse(null, CODES.invalidRequest, "The message is no request.");
  return undefined;
}

/** Not readline: that takes more for the end of a line than JSON does. */
async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  for await (const chunk of input) {
    let rest = chunk;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      yield Buffer.concat([...pieces, rest.subarray(0, end)]).toString("utf8");
      pieces = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) pieces.push(rest);
  }
}

function isId(value: unknown): value is Id {
  return typeof value === "string" || typeof value === "number";
}

export function isRecord(value: unknown): value is Params {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
