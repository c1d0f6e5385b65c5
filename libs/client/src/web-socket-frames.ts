import { ConnectionClosedError, MAX_MESSAGE_BYTES } from "@gantry/rpc";

/** What a frame is (RFC 6455, 5.2). */
export const OPCODES = { rest: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;

const FINAL = 0x80;
const MASKED = 0x80;
const SHORT = 126;
const LONG = 127;

/** One message of a WebSocket, its fragments put together. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A client's frame. A client must mask (RFC 6455, 5.3), which protects proxies; on a socket of one's own the zero mask does. */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const size = payload.length;
  const extra = size < SHORT ? 0 : size < 0x10000 ? 2 : 8;
  const head = Buffer.alloc(2 + extra + 4);
  head[0] = FINAL | opcode;
  head[1] = MASKED | (extra === 0 ? size : extra === 2 ? SHORT : LONG);
  if (extra === 2) head.writeUInt16BE(size, 2);
  if (extra === 8) head.writeBigUInt64BE(BigInt(size), 2);
  return Buffer.concat([head, payload]);
}

/** Cuts a server's bytes into frames. Throws `ConnectionClosedError` at what is none, or too large. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #needed = 2;
  #parts: Frame[] = [];

  /** The messages that are whole now. */
  *add(data: Buffer): Generator<Frame> {
    this.#chunks.push(data);
    this.#size += data.length;
    while (this.#size >= this.#needed) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
      if (bytes === undefined) return;
      const head = readHead(bytes);
      this.#needed = head.end;
      this.#chunks = [bytes];
      if (bytes.length < head.end) continue;
      this.#chunks = bytes.length > head.end ? [bytes.subarray(head.end)] : [];
      this.#size = bytes.length - head.end;
      this.#needed = 2;
      yield* this.#assemble(bytes[0] ?? 0, bytes.subarray(head.start, head.end));
    }
  }

  *#assemble(first: number, payload: Buffer): Generator<Frame> {
    const opcode = first & 0x0f;
    const isFinal = (first & FINAL) !== 0;
    if (opcode >= OPCODES.close) {
      yield { opcode, payload };
      return;
    }
    if (opcode !== OPCODES.rest && opcode !== OPCODES.text) throw broken(`opcode ${opcode}`);
    this.#parts.push({ opcode, payload });
    if (!isFinal) return;
    const parts = this.#parts.splice(0);
    yield {
      opcode: parts[0]?.opcode ?? opcode,
      payload: parts.length === 1 ? payload : Buffer.concat(parts.map((part) => part.payload)),
    };
  }
}

/** Where the payload starts and ends; `end` is what is needed to know more while the head itself is not whole. */
function readHead(bytes: Buffer): { readonly start: number; readonly end: number } {
  const length = bytes[1] ?? 0;
  if ((length & MASKED) !== 0 || ((bytes[0] ?? 0) & 0x70) !== 0) throw broken("a masked frame");
  const start = length === SHORT ? 4 : length === LONG ? 10 : 2;
  if (bytes.length < start) return { start, end: start };
  const size =
    length === SHORT
      ? bytes.readUInt16BE(2)
      : length === LONG
        ? Number(bytes.readBigUInt64BE(2))
        : length;
  if (size > MAX_MESSAGE_BYTES) throw broken(`a message of ${size} bytes`);
  return { start, end: start + size };
}

function broken(what: string): ConnectionClosedError {
  return new ConnectionClosedError(`The daemon sent ${what}.`, {
    hint: "Client and daemon must be of the same version; run `gantry daemon stop`, then try again.",
  });
}
