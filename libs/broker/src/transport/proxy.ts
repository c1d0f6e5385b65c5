import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { formatTarget } from "../paths/format-target.ts";
import type { Forward } from "../calls/call.ts";
import { judge } from "../calls/judge.ts";
import { Denied } from "../denied.ts";
import type { Room } from "../room.ts";
import { answerHeaders, requestHeaders } from "./headers.ts";
import type { Verdicts } from "./verdicts.ts";
import { reply } from "./reply.ts";
import { sendAround } from "./send-around.ts";

/** Answers one request: judged, written down, sent on, and the answer passed back as fast as the client takes it. */
export async function serveRequest(
  room: Room,
  verdicts: Verdicts,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const { signal, end } = lifetime(response);
  const { path, decide } = judge(room, request);
  try {
    const forward = await verdicts.of(request, path, decide(signal));
    await pass(room, forward, { request, response, signal });
  } catch (error) {
    answerError(response, error);
  } finally {
    end();
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
}

type Sent = Forward & { readonly version: string };

async function pass(room: Room, forward: Sent, exchange: Exchange): Promise<void> {
  try {
    await carry(room, forward, exchange);
  } finally {
    await forward.around?.after();
  }
}

async function carry({ engine }: Room, forward: Sent, exchange: Exchange): Promise<void> {
  const { request, response, signal } = exchange;
  const outgoing = engine.open({
    method: request.method ?? "GET",
    path: formatTarget(forward),
    headers: requestHeaders(request, forward),
    signal: forward.around === undefined ? signal : undefined,
  });
  const sending = sendBody(request, outgoing.request, forward);
  // An engine may answer before it has read everything; then its answer counts.
  sending.catch(() => undefined);
  const answer = await outgoing.answer;
  const succeeded = (answer.statusCode ?? 500) < 300;
  const wanted = succeeded ? forward.reply : undefined;
  if (wanted === undefined) await forward.around?.after();
  // Where the end is held back or the content changes, the length must not tell.
  const headers = answerHeaders(answer, wanted === undefined);
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
  // A client waits for the head before it goes on: of a wait, for one.
  if (wanted?.kind !== "json") response.flushHeaders();
  await reply(answer, response, wanted);
}

/** Sends what belongs into the request. The rest of a body that is not wanted is thrown away. */
export async function sendBody(
  from: IncomingMessage,
  to: ClientRequest,
  { body, around }: Forward,
): Promise<void> {
  if (around !== undefined) return sendAround(from, to, around);
  if (body === "stream") {
    await pipeline(from, to);
    return;
  }
  from.resume();
  if (body === "none") to.end();
  else {
    const text = JSON.stringify(body.json);
    to.setHeader("Content-Length", Buffer.byteLength(text));
    to.end(text);
  }
}

/** Says what went wrong as an engine would; when the answer has begun, it is cut off instead. */
export function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, message } =
    error instanceof Denied
      ? error
      : {
          status: 502,
          message: "The container engine did not answer; see `gantry drivers doctor`.",
        };
  const text = `${JSON.stringify({ message })}\n`;
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
    // What is left of a body that was refused is not waited for.
    ...(status === 413 && { Connection: "close" }),
  });
  response.end(text);
}

/** A signal that fires when the client goes away before it was answered. */
function lifetime(response: ServerResponse): {
  readonly signal: AbortSignal;
  readonly end: () => void;
} {
  const controller = new AbortController();
  const onClose = (): void => controller.abort();
  response.once("close", onClose);
  return { signal: controller.signal, end: () => void response.off("close", onClose) };
}
