import type { IncomingMessage, ServerResponse } from "node:http";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import type { Reply } from "../calls/call.ts";

/** Lines longer than this pass unheard, or are dropped where they must be read. */
const MAX_LINE = 1024 * 1024;

/** Passes the engine's answer back, at the client's speed. */
export async function reply(
  answer: IncomingMessage,
  response: ServerResponse,
  how: Reply | undefined,
): Promise<void> {
  switch (how?.kind) {
    case undefined:
      return pipeline(answer, response);
    case "json": {
      const said = await text(answer);
      const value = await how.rewrite(said === "" ? undefined : JSON.parse(said));
      response.end(`${JSON.stringify(value)}\n`);
      return;
    }
    case "lines":
      response.flushHeaders();
      return pipeline(answer, new Lines((line) => keeps(line, how.keep)), response);
    case "watched":
      await pipeline(answer, watch(how.heard), response, { end: false });
      await how.done();
      response.end();
      return;
    case "heard-out":
      await pipeline(answer, watch(how.heard), async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) pour(chunk, response);
      });
      await how.done();
      response.end();
  }
}

/** What a client does not read is not kept for it without end. */
const MAX_UNREAD = 8 * 1024 * 1024;

/** Passes a part on, and waits for nobody. */
function pour(chunk: Buffer, response: ServerResponse): void {
  if (response.destroyed) return;
  response.write(chunk);
  if (response.writableLength > MAX_UNREAD) response.destroy();
}

function keeps(line: string, keep: (value: unknown) => boolean): boolean {
  try {
    return keep(JSON.parse(line));
  } catch {
    // What cannot be read cannot be found to be the owner's.
    return false;
  }
}

/** Passes the lines that `keep` holds for. */
class Lines extends Transform {
  readonly #keep: (line: string) => boolean;
  #rest = Buffer.alloc(0);

  constructor(keep: (line: string) => boolean) {
    super();
    this.#keep = keep;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let rest = Buffer.concat([this.#rest, chunk]);
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      const line = rest.subarray(0, at + 1);
      if (this.#keep(line.toString("utf8"))) this.push(line);
      rest = rest.subarray(at + 1);
    }
    this.#rest = rest.length > MAX_LINE ? Buffer.alloc(0) : rest;
    done();
  }

  override _flush(done: TransformCallback): void {
    const last = this.#rest.toString("utf8");
    if (last !== "" && this.#keep(last)) this.push(this.#rest);
    done();
  }
}

/** Passes everything, and tells of each line. */
function watch(heard: (line: string) => void): Transform {
  let rest = "";
  const tell = (more: string): void => {
    const lines = (rest + more).split("\n");
    rest = (lines.pop() ?? "").slice(-MAX_LINE);
    for (const line of lines) heard(line);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      tell(chunk.toString("utf8"));
      done(null, chunk);
    },
    flush(done) {
      tell("\n");
      done();
    },
  });
}
