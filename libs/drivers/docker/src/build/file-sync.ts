import { once } from "node:events";
import { open } from "node:fs/promises";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { SourceEntry } from "./context-files.ts";
import { fieldsOf, message } from "./wire.ts";

/** `fsutil.types.Packet`: kinds and fields. */
const STAT = 0;
const REQUEST = 1;
const DATA = 2;
const FINISHED = 3;
const FIELD = { type: 1, stat: 2, id: 3, data: 4 } as const;
const CHUNK = 512 * 1024;

type Call = ServerDuplexStream<Buffer, Buffer>;

/**
 * Offers `entries` to BuildKit: says what is there, then sends the files that are asked for, so that what the engine
 * has from the last build is not sent again. Returns once the engine has all it wants.
 */
export async function offerFiles(call: Call, entries: AsyncIterable<SourceEntry>): Promise<void> {
  const sources: (string | Buffer | undefined)[] = [];
  const told = tell(call, entries, sources);
  told.catch((error: unknown) => call.destroy(error instanceof Error ? error : undefined));
  // Leaving the loop must not end the call: the engine waits for our last word.
  for await (const packet of call.iterator({ destroyOnReturn: false })) {
    const { kind, id } = decode(packet);
    if (kind === REQUEST) await sendFile(call, id, sources[id]);
    if (kind === FINISHED) break;
  }
  await told;
  await write(call, message({ [FIELD.type]: FINISHED }));
}

async function tell(
  call: Call,
  entries: AsyncIterable<SourceEntry>,
  sources: (string | Buffer | undefined)[],
): Promise<void> {
  for await (const entry of entries) {
    sources.push(entry.source);
    await write(call, message({ [FIELD.type]: STAT, [FIELD.stat]: statOf(entry) }));
  }
  await write(call, message({ [FIELD.type]: STAT }));
}

/** `fsutil.types.Stat`. The owner is left out: what is copied into an image belongs to root unless the Dockerfile says otherwise. */
function statOf({ path, mode, size, modifiedNs, link }: SourceEntry): Buffer {
  return message({ 1: path, 2: mode, 5: size, 6: modifiedNs, 7: link });
}

function decode(packet: Uint8Array): { readonly kind: number; readonly id: number } {
  const found = { kind: 0, id: 0 };
  for (const { number, value } of fieldsOf(packet)) {
    if (number === FIELD.type) found.kind = value;
    if (number === FIELD.id) found.id = value;
  }
  return found;
}

async function sendFile(
  call: Call,
  id: number,
  source: string | Buffer | undefined,
): Promise<void> {
  const packet = (data: Uint8Array): Buffer =>
    message({ [FIELD.type]: DATA, [FIELD.id]: id, [FIELD.data]: data });
  if (source instanceof Buffer) await write(call, packet(source));
  if (typeof source === "string") {
    await using file = await open(source, "r");
    const buffer = Buffer.alloc(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK);
      if (bytesRead === 0) break;
      await write(call, packet(buffer.subarray(0, bytesRead)));
    }
  }
  await write(call, packet(new Uint8Array(0)));
}

async function write(call: Call, packet: Buffer): Promise<void> {
  if (!call.write(packet)) await once(call, "drain");
}
