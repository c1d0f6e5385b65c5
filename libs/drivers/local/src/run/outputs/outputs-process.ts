import { fileURLToPath } from "node:url";
import type { OutputPiece } from "@gantry/driver-api";
import { z } from "zod";
import { localError } from "../../errors.ts";
import type { SandboxHost } from "../../sandbox/host.ts";
import { startMapped } from "../../sandbox/mapped.ts";

/** A piece on its way between two processes: this as a line of JSON, then `bytes` bytes. */
const Frame = z.object({
  path: z.string(),
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  last: z.boolean(),
  bytes: z.int().nonnegative(),
});

/** The line in front of a piece's bytes. */
export function frameHead(piece: OutputPiece): string {
  const { data, ...rest } = piece;
  return `${JSON.stringify({ ...rest, bytes: data.byteLength })}\n`;
}

/** Reads outputs with a process that is root of the sandbox's ids. */
export async function* readMapped(
  host: SandboxHost,
  top: string,
  signal: AbortSignal,
): AsyncGenerator<OutputPiece> {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(
    new URL(isSource ? "./outputs-worker.ts" : "./outputs-worker.js", import.meta.url),
  );
  const words = [
    process.execPath,
    ...(isSource ? ["--conditions=@gantry/source"] : []),
    entry,
    top,
  ];
  await using child = await startMapped(host, words, {
    signal,
    stdio: ["ignore", "pipe", "inherit"],
  });
  yield* readFrames(child.stdout);
  const { code } = await child.exit;
  signal.throwIfAborted();
  if (code !== 0) {
    throw localError("internal", "The outputs could not be read.", {
      hint: "Look at the daemon's log.",
    });
  }
}

const NEWLINE = 0x0a;

/** Takes frames out of a byte stream. */
async function* readFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<OutputPiece> {
  let held = Buffer.alloc(0);
  for await (const chunk of stream) {
    held = Buffer.concat([held, chunk]);
    for (let frame = cut(held); frame !== undefined; frame = cut(held)) {
      yield frame.piece;
      held = held.subarray(frame.size);
    }
  }
}

function cut(held: Buffer): { readonly piece: OutputPiece; readonly size: number } | undefined {
  const end = held.indexOf(NEWLINE);
  if (end < 0) return undefined;
  const { bytes, ...rest } = Frame.parse(JSON.parse(held.toString("utf8", 0, end)));
  const size = end + 1 + bytes;
  if (held.length < size) return undefined;
  return { piece: { ...rest, data: Buffer.from(held.subarray(end + 1, size)) }, size };
}
