import type {
  ClientInfo,
  LoggedEvent,
  MethodName,
  Methods,
  OperationOutcome,
} from "@gantry/protocol";
import { PROTOCOL_VERSION, socketPathOf, stampProgram } from "@gantry/protocol/light";
import {
  type Call,
  ConnectionClosedError,
  type ParamsOf,
  Peer,
  type ProgressOf,
  type ResultOf,
  RpcError,
  type Transport,
} from "@gantry/rpc";
import { hasEnded } from "./daemon-end.ts";
import { DaemonError } from "./errors.ts";
import { asMethod } from "./named-method.ts";
import { tryConnect } from "./reach.ts";
import type { DaemonProgram } from "./start-daemon.ts";

export interface ConnectOptions {
  readonly home: string;
  /** Who asks, for people that look at the daemon. */
  readonly client: Readonly<ClientInfo>;
  /** How to start a daemon when none runs; absent: that is a `DaemonError`. */
  readonly program?: DaemonProgram;
  readonly signal?: AbortSignal;
  /** The user's values of `ENGINE_VARIABLES`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Told when a daemon has to be started. */
  readonly onStart?: () => void;
}

/** A connection to the daemon of one home, made again when it drops while an operation is watched. */
export class Client implements AsyncDisposable {
  readonly #options: ConnectOptions;
  #line: Line;
  #renewal: Promise<void> | undefined;

  private constructor(options: ConnectOptions, line: Line) {
    this.#options = options;
    this.#line = line;
  }

  /**
   * Connects, starting the daemon when that is allowed and none runs. Throws `DaemonError`. The handshake is under way
   * then: what is asked meanwhile goes along with it, which saves a command a turn.
   */
  static async connect(options: ConnectOptions): Promise<Client> {
    return new Client(options, await open(options));
  }

  /** Settles with the handshake. Rejects with `DaemonError`. */
  get ready(): Promise<void> {
    return this.#settle().then(() => undefined);
  }

  /** Settles when the connection that is used now is gone. */
  get closed(): Promise<void> {
    return this.#line.peer.closed.then(() => undefined);
  }

  /** Calls a method and gives its result; progress is dropped. A name instead of a method loads no schema. */
  async request<N extends MethodName>(
    method: N | Methods[N],
    params: NoInfer<ParamsOf<Methods[N]>>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<ResultOf<Methods[N]>> {
    const line = this.#line;
    const result = line.peer.request(asMethod(method), params, options);
    result.catch(() => undefined);
    const settled = await this.#settle();
    return settled === line ? result : settled.peer.request(asMethod(method), params, options);
  }

  /** Starts a call whose progress is to be iterated; await `ready` before. A name instead of a method loads no schema. */
  call<N extends MethodName>(
    method: N | Methods[N],
    params: NoInfer<ParamsOf<Methods[N]>>,
    options: { readonly signal?: AbortSignal } = {},
  ): Call<ProgressOf<Methods[N]>, ResultOf<Methods[N]>> {
    return this.#line.peer.call(asMethod(method), params, options);
  }

  /** Every event of an operation, then its outcome. A dropped connection is taken up again with no gap and no repeat. */
  async *watch(
    operationId: string,
    options: { readonly after?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<LoggedEvent, OperationOutcome> {
    let after = options.after ?? 0;
    while (true) {
      const call = this.call("operation.watch", { operationId, after }, options);
      try {
        for await (const event of call) {
          after = event.seq;
          yield event;
        }
        return await call.result;
      } catch (error) {
        if (!(error instanceof ConnectionClosedError) || options.signal?.aborted === true)
          throw error;
        this.#line = await open(this.#options);
        await this.#settle();
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line.peer[Symbol.asyncDispose]();
  }

  /** The connection once its handshake is through; another one when the daemon made way for a newer build. */
  async #settle(): Promise<Line> {
    const line = this.#line;
    const leaving = await line.ready;
    if (leaving === undefined) return line;
    this.#renewal ??= this.#renew(line, leaving);
    await this.#renewal;
    return this.#settle();
  }

  async #renew(line: Line, leaving: Leaving): Promise<void> {
    try {
      await line.peer[Symbol.asyncDispose]();
      await hasEnded(leaving.pid, this.#options.signal);
      this.#line = await open(this.#options);
    } finally {
      this.#renewal = undefined;
    }
  }
}

/** One connection, and the promise of its handshake. */
interface Line {
  readonly peer: Peer;
  /** Settles with the handshake, with the daemon's process when it is about to leave. */
  readonly ready: Promise<Leaving | undefined>;
}

interface Leaving {
  readonly pid: number;
}

async function open(options: ConnectOptions): Promise<Line> {
  const peer = new Peer(await reach(options), { other: "gantryd" });
  const ready = shakeHands(peer, options);
  ready.catch(() => undefined);
  return { peer, ready };
}

async function shakeHands(peer: Peer, options: ConnectOptions): Promise<Leaving | undefined> {
  const { client, environment, program } = options;
  const stamp = program?.file === undefined ? undefined : stampProgram(program.file);
  try {
    const { daemon, isLeaving } = await peer.request(asMethod("initialize"), {
      client: { ...client },
      protocol: PROTOCOL_VERSION,
      environment: { ...environment },
      ...(stamp === undefined ? {} : { program: { ...stamp } }),
    });
    return isLeaving ? daemon : undefined;
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw toDaemonError(error);
  }
}

async function reach({ home, program, signal, onStart }: ConnectOptions): Promise<Transport> {
  const socket = socketPathOf(home);
  const transport = await tryConnect(socket, signal);
  if (transport !== undefined) return transport;
  if (program === undefined) {
    throw new DaemonError("not-running", `No daemon runs for ${home}.`, {
      hint: "Any command that needs one starts it.",
    });
  }
  onStart?.();
  const { startDaemon } = await import("./start-daemon.ts");
  return startDaemon(program, { home, socket }, signal);
}

function toDaemonError(error: unknown): unknown {
  if (error instanceof RpcError && error.data.code === "protocol-version") {
    return new DaemonError("other-version", error.message, {
      hint: "Run `gantry daemon stop`, then try again: the next command starts a daemon of this version.",
      cause: error,
    });
  }
  if (error instanceof ConnectionClosedError) {
    return new DaemonError("lost", error.message, { hint: error.hint, cause: error });
  }
  return error;
}
