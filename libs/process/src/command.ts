import type { Readable } from "node:stream";
import { type Exit, type SpawnOptions, startProcess } from "./child.ts";
import { ProcessError } from "./errors.ts";

export interface CommandOptions extends SpawnOptions {
  readonly input?: string | Uint8Array;
  /** Bytes kept of each stream; more of stdout is an error, more of stderr loses its beginning. Default 16 MiB. */
  readonly maxBytes?: number;
}

export interface CommandResult {
  readonly exit: Exit;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const MAX_BYTES = 16 * 1024 * 1024;

/** Runs a program to its end and keeps what it printed. A non-zero exit is an answer, not an error. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  await using child = await startProcess(command, args, options);
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input);
  const [stdout, stderr, exit] = await Promise.all([
    collect(child.stdout, maxBytes, command),
    tail(child.stderr, maxBytes),
    child.exit,
  ]);
  if (options.signal?.aborted === true) {
    throw new ProcessError("canceled", `${command} was stopped on request.`, {
      hint: "Run it again.",
    });
  }
  return { exit, stdout, stderr };
}

async function collect(stream: Readable, maxBytes: number, command: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new ProcessError("too-much-output", `${command} printed more than ${maxBytes} bytes.`, {
        hint: "Look at what it prints.",
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function tail(stream: Readable, maxBytes: number): Promise<string> {
  let kept: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    kept = Buffer.concat([kept, chunk]);
    if (kept.length > maxBytes) kept = kept.subarray(kept.length - maxBytes);
  }
  return kept.toString("utf8");
}
