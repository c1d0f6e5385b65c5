import { assertContent, type ByteSource, Meter } from "../digest.ts";
import type { Reference } from "../reference.ts";
import type { Descriptor } from "../schemas.ts";
import { endpointOf, scopeOf } from "./endpoint.ts";
import { mayPass, pause, type Transport, unreachable } from "./transport.ts";

export interface BlobRequest {
  readonly reference: Reference;
  readonly descriptor: Pick<Descriptor, "digest" | "size">;
  readonly isInsecure: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Streams a blob, taking up a broken connection where it broke. The last step throws `digest-mismatch` when the
 * bytes are not those of the descriptor: nothing read before may be trusted until the end.
 * @yields the blob's bytes
 */
export async function* download(
  transport: Transport,
  request: BlobRequest,
): AsyncGenerator<Uint8Array> {
  const { descriptor } = request;
  const meter = new Meter();
  for (let idle = 1; meter.size < descriptor.size || idle === 1; idle += 1) {
    const before = meter.size;
    try {
      for await (const chunk of await fetchFrom(transport, request, meter.size)) {
        meter.add(chunk);
        if (meter.size > descriptor.size) break;
        yield chunk;
      }
      break;
    } catch (error) {
      request.signal?.throwIfAborted();
      // Progress starts the count anew: a long blob over a poor line still arrives.
      if (meter.size > before) idle = 0;
      if (!mayPass(error)) throw error;
      if (idle >= transport.attempts)
        throw unreachable(endpointOf(request.reference.registry, request.isInsecure), error);
      await pause(100 * 2 ** idle, request.signal);
    }
  }
  assertContent(
    meter.finish(),
    descriptor,
    `Blob ${descriptor.digest} of ${request.reference.name}`,
  );
}

async function fetchFrom(
  transport: Transport,
  request: BlobRequest,
  start: number,
): Promise<ByteSource> {
  const { reference, descriptor, isInsecure, signal } = request;
  const response = await transport.call({
    method: "GET",
    url: new URL(
      `${reference.repository}/blobs/${descriptor.digest}`,
      endpointOf(reference.registry, isInsecure),
    ),
    registry: reference.registry,
    scopes: [scopeOf(reference, "pull")],
    headers: start > 0 ? { range: `bytes=${start}-` } : {},
    accept: [200, 206],
    subject: `blob ${descriptor.digest} of ${reference.name}`,
    signal,
  });
  const body: ByteSource = response.body ?? none();
  return start > 0 && response.status === 200 ? skip(body, start) : body;
}

// A server without ranges sends everything again.
async function* skip(body: ByteSource, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of body) {
    const cut = Math.min(left, chunk.byteLength);
    left -= cut;
    if (cut < chunk.byteLength) yield chunk.subarray(cut);
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}
