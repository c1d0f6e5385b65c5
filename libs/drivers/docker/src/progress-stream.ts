import type { Readable } from "node:stream";
import { type ProgressAnswer, ProgressAnswer as Schema } from "./answers.ts";
import { garbled, streamedError } from "./errors.ts";

/** The objects of a progress stream, one a line. An error in it is thrown as what it means while `doing`. */
export async function* progressOf(stream: Readable, doing: string): AsyncGenerator<ProgressAnswer> {
  for await (const item of jsonLines(stream)) {
    const message = item.errorDetail?.message ?? item.error;
    if (message !== undefined) throw streamedError(message, doing);
    yield item;
  }
}

/** The objects of a progress stream, errors among them. */
export async function* jsonLines(stream: Readable): AsyncGenerator<ProgressAnswer> {
  let rest: Buffer[] = [];
  for await (const chunk of stream) {
    let bytes = Buffer.from(chunk);
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10)) {
      const line = Buffer.concat([...rest, bytes.subarray(0, end)])
        .toString("utf8")
        .trim();
      rest = [];
      bytes = bytes.subarray(end + 1);
      if (line !== "") yield parseItem(line);
    }
    if (bytes.length > 0) rest.push(bytes);
  }
  const last = Buffer.concat(rest).toString("utf8").trim();
  if (last !== "") yield parseItem(last);
}

function parseItem(line: string): ProgressAnswer {
  try {
    return Schema.parse(JSON.parse(line));
  } catch (cause) {
    throw garbled("progress message", cause);
  }
}
