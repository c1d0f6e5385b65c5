import protobuf from "protobufjs/minimal.js";

/** One field of a protobuf message: a number, or bytes that are a text or a message. */
export interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
const VARINT = 0;
const BYTES = 2;

/** The fields of a message in the order of the wire; those of a kind that is not used are left out. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const number = tag >>> 3;
    const kind = tag & 7;
    if (kind === VARINT) yield { number, value: readVarint(reader), bytes: NO_BYTES };
    else if (kind === BYTES) yield { number, value: 0, bytes: reader.bytes() };
    else reader.skipType(kind);
  }
}

/** The first text in field `number`, empty when it is absent, as protobuf has it. */
export function textOf(bytes: Uint8Array, number: number): string {
  for (const field of fieldsOf(bytes)) if (field.number === number) return toText(field.bytes);
  return "";
}

export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** Writes a message. Numbers are varints; `undefined`, zero and nothing are left out, as protobuf has it. */
export function message(
  fields: Readonly<Record<number, number | string | Uint8Array | undefined>>,
): Buffer {
  const writer = protobuf.Writer.create();
  for (const [number, value] of Object.entries(fields)) {
    if (typeof value === "number" && value !== 0)
      writer.uint32((Number(number) << 3) | VARINT).uint64(value);
    if (typeof value === "string" && value !== "")
      writer.uint32((Number(number) << 3) | BYTES).string(value);
    if (value instanceof Uint8Array) writer.uint32((Number(number) << 3) | BYTES).bytes(value);
  }
  return Buffer.from(writer.finish());
}

/** Exact up to 2^53, which no count, size or second here exceeds. */
function readVarint(reader: protobuf.Reader): number {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = reader.buf[reader.pos] ?? 0;
    reader.pos += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
}
