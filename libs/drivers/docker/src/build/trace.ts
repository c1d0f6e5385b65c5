import type { Trace, Vertex, VertexLog, VertexStatus } from "@gantry/buildkit";
import { fieldsOf, toText } from "./wire.ts";

interface Collected {
  readonly vertexes: Vertex[];
  readonly statuses: VertexStatus[];
  readonly logs: VertexLog[];
}

/** Reads a status message of BuildKit's control interface. */
export function decodeTrace(bytes: Uint8Array): Trace {
  const trace: Collected = { vertexes: [], statuses: [], logs: [] };
  for (const { number, bytes: part } of fieldsOf(bytes)) {
    if (number === 1) trace.vertexes.push(decodeVertex(part));
    if (number === 2) trace.statuses.push(decodeStatus(part));
    if (number === 3) trace.logs.push(decodeLog(part));
  }
  return trace;
}

function decodeVertex(bytes: Uint8Array): Vertex {
  const fields = byNumber(bytes);
  return {
    digest: text(fields, 1),
    name: text(fields, 3),
    cached: fields.get(4)?.value === 1,
    started: time(fields, 5),
    completed: time(fields, 6),
    error: text(fields, 7),
  };
}

function decodeStatus(bytes: Uint8Array): VertexStatus {
  const fields = byNumber(bytes);
  const [current, total] = [fields.get(4)?.value ?? 0, fields.get(5)?.value ?? 0];
  return { id: text(fields, 1), vertex: text(fields, 2), current, total };
}

function decodeLog(bytes: Uint8Array): VertexLog {
  const fields = byNumber(bytes);
  const stream = fields.get(3)?.value === 2 ? "stderr" : "stdout";
  return { vertex: text(fields, 1), stream, bytes: fields.get(4)?.bytes ?? new Uint8Array(0) };
}

type Fields = ReadonlyMap<number, { readonly value: number; readonly bytes: Uint8Array }>;

function byNumber(bytes: Uint8Array): Fields {
  return new Map([...fieldsOf(bytes)].map((field) => [field.number, field]));
}

function text(fields: Fields, number: number): string {
  const field = fields.get(number);
  return field === undefined ? "" : toText(field.bytes);
}

function time(fields: Fields, number: number): number | undefined {
  const field = fields.get(number);
  if (field === undefined) return undefined;
  const parts = byNumber(field.bytes);
  return (parts.get(1)?.value ?? 0) * 1000 + (parts.get(2)?.value ?? 0) / 1e6;
}
