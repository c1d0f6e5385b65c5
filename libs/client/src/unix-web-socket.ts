import { connect, type Socket } from "node:net";
import { ConnectionClosedError, type Transport } from "@gantry/rpc";
import { encodeFrame, FrameReader, OPCODES } from "./web-socket-frames.ts";

/** Milliseconds that the other end has to close after it was told. */
const CLOSE_MS = 500;

/** Milliseconds that the other end has to answer the opening, and bytes that it may take for it. */
const OPEN_MS = 10_000;
const MOST_HEAD_BYTES = 16 * 1024;

const END_OF_HEAD = "\r\n\r\n";
const ACCEPTED = "HTTP/1.1 101 ";

/**
 * JSON texts over a WebSocket on a Unix socket. It speaks for one end and one use only, so that a command need not load an
 * HTTP stack: that would take longer than the command itself.
 */
export class UnixWebSocket implements Transport {
  readonly closed: Promise<string>;
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  #listener: ((message: string) => void) | undefined;
  #waiting: string[] = [];
  #reason = "1006";
  /** The server's answer to the opening, as far as it is there; `undefined` once it is read. */
  #head: Buffer | undefined = Buffer.alloc(0);
  readonly #opening: NodeJS.Timeout;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#opening = setTimeout(() => this.#refuse(), OPEN_MS).unref();
    this.closed = new Promise((resolve) => socket.once("close", () => resolve(this.#reason)));
    void this.closed.then(() => clearTimeout(this.#opening));
    socket.on("error", () => undefined);
    socket.on("end", () => socket.end());
    socket.on("data", (data) => this.#receive(typeof data === "string" ? Buffer.from(data) : data));
  }

  async send(message: string): Promise<void> {
    if (!this.#socket.writable) {
      throw new ConnectionClosedError("The WebSocket is closed.", { hint: "Connect again." });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!this.#socket.write(encodeFrame(OPCODES.text, Buffer.from(message)), () => resolve())) {
      await promise;
    }
  }

  listen(onMessage: (message: string) => void): void {
    this.#listener = onMessage;
    for (const message of this.#waiting.splice(0)) onMessage(message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.destroyed) return;
    this.#close(1000);
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_MS);
    await this.closed;
    clearTimeout(timer);
  }

  #receive(data: Buffer): void {
    const rest = this.#readHead(data);
    if (rest === undefined || rest.length === 0) return;
    try {
      for (const { opcode, payload } of this.#frames.add(rest)) this.#take(opcode, payload);
    } catch (error) {
      this.#reason = `1002 ${error instanceof Error ? error.message : ""}`;
      this.#close(1002);
      this.#socket.destroy();
    }
  }

  /** What is behind the answer to the opening. */
  #readHead(data: Buffer): Buffer | undefined {
    if (this.#head === undefined) return data;
    this.#head = Buffer.concat([this.#head, data]);
    const head = this.#head;
    const begin = head.toString("latin1", 0, ACCEPTED.length);
    const end = head.indexOf(END_OF_HEAD);
    const isWrong = !ACCEPTED.startsWith(begin) || (end < 0 && head.length > MOST_HEAD_BYTES);
    if (isWrong) this.#refuse();
    if (isWrong || end < 0) return undefined;
    this.#head = undefined;
    clearTimeout(this.#opening);
    return head.subarray(end + END_OF_HEAD.length);
  }

  #refuse(): void {
    this.#reason = "1002 what listens there is no daemon of Gantry";
    this.#socket.destroy();
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === OPCODES.text) this.#deliver(payload.toString());
    else if (opcode === OPCODES.ping) this.#socket.write(encodeFrame(OPCODES.pong, payload));
    else if (opcode === OPCODES.close) {
      const code = payload.length < 2 ? 1005 : payload.readUInt16BE();
      this.#reason = `${code} ${payload.toString("utf8", 2)}`.trim();
      this.#close(1000);
    }
  }

  #deliver(message: string): void {
    if (this.#listener === undefined) this.#waiting.push(message);
    else this.#listener(message);
  }

  #close(code: number): void {
    if (!this.#socket.writable) return;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#socket.end(encodeFrame(OPCODES.close, payload));
  }
}

/**
 * Connects to a WebSocket server at `path`. Rejects with the system's error when nobody listens there. Resolves before the
 * server has answered: messages may follow the opening at once, and a server that is none ends the connection.
 */
export function connectUnixSocket(path: string, signal?: AbortSignal): Promise<UnixWebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<UnixWebSocket>();
  const socket = connect({ path, ...(signal === undefined ? {} : { signal }) });
  socket.once("error", reject);
  socket.once("connect", () => {
    socket.off("error", reject);
    resolve(new UnixWebSocket(socket));
  });
  socket.write(handshake());
  return promise;
}

/** The key keeps web caches apart and protects nothing; on a socket of one's own there is no cache. */
function handshake(): string {
  const key = Buffer.from(Array.from({ length: 16 }, () => Math.floor(Math.random() * 256)));
  return [
    "GET / HTTP/1.1",
    "Host: localhost",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key.toString("base64")}`,
    `Sec-WebSocket-Version: 13${END_OF_HEAD}`,
  ].join("\r\n");
}
