import type { ByteSource } from "../digest.ts";
import { OciError } from "../errors.ts";
import type { Reference } from "../reference.ts";
import type { Descriptor } from "../schemas.ts";
import { endpointOf, scopeOf } from "./endpoint.ts";
import { type Call, mayPass, pause, type Transport } from "./transport.ts";

export interface UploadRequest {
  readonly reference: Reference;
  readonly descriptor: Pick<Descriptor, "digest" | "size">;
  /** Opens the bytes from `start` on; called again after a broken connection. */
  readonly open: (start: number) => ByteSource;
  readonly isInsecure: boolean;
  /** A repository of the same registry that may have the blob already. */
  readonly mountFrom?: string | undefined;
  /** Largest single request. */
  readonly chunkBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes sent so far; goes back when a part is sent again. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** `mounted` when the registry had the bytes in the other repository. */
export type UploadOutcome = "uploaded" | "mounted";

/** Sends one blob: in one request when small, in chunks otherwise, taken up again where a connection broke. */
export async function upload(transport: Transport, request: UploadRequest): Promise<UploadOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const session = await begin(transport, request);
    if (session === undefined) return "mounted";
    try {
      await (request.descriptor.size <= request.chunkBytes
        ? sendWhole(session)
        : sendChunks(session));
      return "uploaded";
    } catch (error) {
      request.signal?.throwIfAborted();
      if (!mayPass(error) || attempt >= transport.attempts) throw error;
      await pause(100 * 2 ** attempt, request.signal);
    }
  }
}

interface Session {
  readonly transport: Transport;
  readonly request: UploadRequest;
  readonly location: URL;
}

type Step = Pick<Call, "method" | "url" | "accept"> &
  Partial<Pick<Call, "headers" | "body" | "isOnce">>;

async function begin(transport: Transport, request: UploadRequest): Promise<Session | undefined> {
  const { reference, descriptor, mountFrom, isInsecure } = request;
  const url = new URL(
    `${reference.repository}/blobs/uploads/`,
    endpointOf(reference.registry, isInsecure),
  );
  if (mountFrom !== undefined) {
    url.searchParams.set("mount", descriptor.digest);
    url.searchParams.set("from", mountFrom);
  }
  const session = { transport, request, location: url };
  const response = await step(session, { method: "POST", url, accept: [201, 202] });
  return response.status === 201 ? undefined : { ...session, location: locationOf(response, url) };
}

async function sendWhole(session: Session): Promise<void> {
  const { request } = session;
  const { size } = request.descriptor;
  await step(session, {
    method: "PUT",
    url: finishUrl(session),
    accept: [201, 204],
    headers: { "content-type": "application/octet-stream", "content-length": String(size) },
    body: () => slice(request, 0, size),
    isOnce: true,
  });
}

async function sendChunks(opened: Session): Promise<void> {
  let session = opened;
  const { size } = opened.request.descriptor;
  let broken: unknown;
  for (let start = 0, failures = 0; start < size; ) {
    const end = Math.min(start + opened.request.chunkBytes, size);
    try {
      const response = await sendChunk(session, start, end);
      session = { ...session, location: locationOf(response, session.location) };
      start = end;
      failures = 0;
      broken = undefined;
    } catch (error) {
      failures += 1;
      // The session did not outlive the break: the whole upload begins anew.
      if (broken !== undefined && !mayPass(error)) throw broken;
      if (!mayPass(error) || failures >= session.transport.attempts) throw error;
      await pause(100 * 2 ** failures, session.request.signal);
      broken = error;
      ({ start, session } = await askProgress(session).catch(() => {
        throw error;
      }));
    }
  }
  await step(session, {
    method: "PUT",
    url: finishUrl(session),
    accept: [201, 204],
    headers: { "content-length": "0" },
  });
}

function sendChunk(session: Session, start: number, end: number): Promise<Response> {
  return step(session, {
    method: "PATCH",
    url: session.location,
    accept: [202],
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(end - start),
      "content-range": `${start}-${end - 1}`,
    },
    body: () => slice(session.request, start, end),
    isOnce: true,
  });
}

/** Asks the registry how much of a broken upload it has. */
async function askProgress(session: Session): Promise<{ start: number; session: Session }> {
  const response = await step(session, { method: "GET", url: session.location, accept: [204] });
  const last = /^(?:bytes=)?0-(\d+)$/.exec(response.headers.get("range") ?? "")?.[1];
  const location = locationOf(response, session.location);
  // "0-0" is what registries say of nothing at all; sending one byte twice is refused, so start over.
  return {
    start: last === undefined || last === "0" ? 0 : Number(last) + 1,
    session: { ...session, location },
  };
}

async function step(session: Session, call: Step): Promise<Response> {
  const { reference, descriptor, mountFrom, signal, isInsecure } = session.request;
  const other = mountFrom === undefined ? [] : [scopeOf({ repository: mountFrom }, "pull")];
  const isHome = call.url.host === endpointOf(reference.registry, isInsecure).host;
  const response = await session.transport.call({
    ...call,
    registry: reference.registry,
    // Storage on another host gets no token: its address carries what it needs.
    scopes: isHome ? [scopeOf(reference, "pull,push"), ...other] : [],
    subject: `blob ${descriptor.digest} for ${reference.name}`,
    signal,
  });
  await response.body?.cancel();
  return response;
}

function finishUrl({ location, request }: Session): URL {
  const url = new URL(location);
  url.searchParams.set("digest", request.descriptor.digest);
  return url;
}

function locationOf(response: Response, base: URL): URL {
  const location = response.headers.get("location");
  const url = location === null ? null : URL.parse(location, base);
  if (url !== null && (url.protocol === base.protocol || url.protocol === "https:")) return url;
  throw new OciError(
    "registry-error",
    `Registry ${base.host} opened an upload without saying where`,
    {
      hint: "Ask who runs the registry; a proxy in front of it may drop the Location header.",
    },
  );
}

async function* slice(
  request: UploadRequest,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let at = start;
  for await (const chunk of request.open(start)) {
    const part = chunk.subarray(0, end - at);
    at += part.byteLength;
    yield part;
    request.onProgress?.(at);
    if (at >= end) return;
  }
}
