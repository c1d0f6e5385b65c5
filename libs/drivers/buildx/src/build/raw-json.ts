import { StringDecoder } from "node:string_decoder";
import type { Trace } from "@gantry/buildkit";
import { z } from "zod";
import { garbled } from "../errors.ts";

const Vertex = z.object({
  digest: z.string(),
  name: z.string().default(""),
  started: z.string().nullish(),
  completed: z.string().nullish(),
  cached: z.boolean().default(false),
  error: z.string().default(""),
});
const Status = z.object({
  id: z.string(),
  vertex: z.string().default(""),
  current: z.number().default(0),
  total: z.number().default(0),
});
const Log = z.object({
  vertex: z.string().default(""),
  stream: z.number().default(1),
  data: z.base64().default(""),
});
/** Texts are base64. */
const Warning = z.object({ short: z.base64().default(""), url: z.string().default("") });

const Message = z.object({
  vertexes: z.array(Vertex).nullish(),
  statuses: z.array(Status).nullish(),
  logs: z.array(Log).nullish(),
  warnings: z.array(Warning).nullish(),
});

/** Something that BuildKit or the Dockerfile's frontend warns of. */
export interface BuildWarning {
  readonly text: string;
  readonly url: string;
}

/** One message of the account of a build. */
export interface Account extends Trace {
  readonly warnings: readonly BuildWarning[];
}

const STDERR = 2;
/** More than any honest message; a builder that sends more is not listened to. */
const MAX_MESSAGE = 32 * 1024 * 1024;
const MAX_WORDS = 64 * 1024;

/**
 * Reads what `--progress=rawjson` writes: JSON objects, of one line each or of many, and after them what the plugin says in
 * plain words.
 */
export class RawJson {
  readonly #decoder = new StringDecoder("utf8");
  #line = "";
  #message = "";
  #depth = 0;
  #words = "";

  /** The messages that `bytes` complete. Throws `protocol` for one that is no message. */
  push(bytes: Uint8Array): Account[] {
    const text = this.#line + this.#decoder.write(Buffer.from(bytes));
    const lines = text.split("\n");
    this.#line = lines.pop() ?? "";
    if (this.#line.length > MAX_MESSAGE) throw garbled("line without an end");
    return lines.flatMap((line) => this.#take(`${line}\n`));
  }

  /** The plain words, once everything was read. */
  end(): string {
    const rest = this.#line + this.#decoder.end();
    return (this.#words + this.#message + rest).slice(-MAX_WORDS);
  }

  #take(line: string): Account[] {
    if (this.#depth === 0 && !line.startsWith("{")) {
      this.#words = (this.#words + line).slice(-MAX_WORDS);
      return [];
    }
    this.#message += line;
    this.#depth += depthOf(line);
    if (this.#message.length > MAX_MESSAGE) throw garbled("message without an end");
    if (this.#depth > 0) return [];
    const message = this.#message;
    this.#message = "";
    this.#depth = 0;
    return [toAccount(message)];
  }
}

/** How much deeper the braces are after `line`, which begins and ends outside of a string: JSON has no line breaks in those. */
function depthOf(line: string): number {
  let depth = 0;
  for (const [token] of line.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gu)) {
    if (token === "{") depth += 1;
    if (token === "}") depth -= 1;
  }
  return depth;
}

function toAccount(text: string): Account {
  const { vertexes, statuses, logs, warnings } = parse(text);
  return {
    vertexes: (vertexes ?? []).map(({ started, completed, ...vertex }) => ({
      ...vertex,
      started: timeOf(started),
      completed: timeOf(completed),
    })),
    statuses: statuses ?? [],
    logs: (logs ?? []).map(({ vertex, stream, data }) => ({
      vertex,
      stream: stream === STDERR ? "stderr" : "stdout",
      bytes: Buffer.from(data, "base64"),
    })),
    warnings: (warnings ?? []).map(({ short, url }) => ({
      text: Buffer.from(short, "base64").toString("utf8"),
      url,
    })),
  };
}

function parse(text: string): z.output<typeof Message> {
  try {
    return Message.parse(JSON.parse(text));
  } catch (cause) {
    throw garbled("message", cause);
  }
}

function timeOf(text: string | null | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}
