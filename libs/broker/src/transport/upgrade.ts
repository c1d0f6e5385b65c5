import { type IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { judge } from "../calls/judge.ts";
import { formatTarget } from "../paths/format-target.ts";
import type { Room } from "../room.ts";
import type { Upgraded } from "./engine.ts";
import { answerHeaders, requestHeaders } from "./headers.ts";
import { answerError, sendBody } from "./proxy.ts";
import { reply } from "./reply.ts";
import type { Verdicts } from "./verdicts.ts";

interface Exchange {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent behind its request. */
  readonly head: Buffer;
}

/** Whether a request may change the protocol of its connection; if not, it is answered like any other. */
export function wantsUpgrade(room: Room, request: IncomingMessage): boolean {
  const { upgrade } = judge(room, request);
  return upgrade !== undefined && request.headers.upgrade?.toLowerCase() === upgrade;
}

/** Carries out a request that takes its connection along: judged as any other, then both directions pass and end apart. */
export async function serveUpgrade(
  room: Room,
  verdicts: Verdicts,
  exchange: Exchange,
): Promise<void> {
  const { request, socket, head } = exchange;
  const controller = new AbortController();
  const onClose = (): void => controller.abort();
  socket.once("close", onClose);
  socket.on("error", () => socket.destroy());
  const { path, decide } = judge(room, request);
  try {
    const forward = await verdicts.of(request, path, decide(controller.signal));
    const outgoing = room.engine.openUpgrade({
      method: request.method ?? "POST",
      path: formatTarget(forward),
      headers: {
        ...requestHeaders(request, forward),
        Connection: "Upgrade",
        Upgrade: request.headers.upgrade ?? "tcp",
      },
      signal: controller.signal,
    });
    await sendBody(request, outgoing.request, forward);
    const upgraded = await outgoing.upgraded;
    socket.off("close", onClose);
    if (upgraded.kind === "upgraded") join({ socket, head }, upgraded);
    else await answerOn(exchange, (response) => pass(upgraded.answer, response));
  } catch (error) {
    await answerOn(exchange, async (response) => answerError(response, error));
  }
}

/** Connects both ends. Either may end its direction and go on listening; one that breaks takes the other along. */
function join(
  client: { readonly socket: Duplex; readonly head: Buffer },
  engine: Upgraded & { readonly kind: "upgraded" },
): void {
  const { answer } = engine;
  const pairs = answerHeaders(answer, false);
  const lines = pairs.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${pairs[at + 1]}`] : []));
  const first = `HTTP/1.1 101 ${answer.statusMessage ?? "Switching Protocols"}`;
  const protocol = answer.headers.upgrade ?? "tcp";
  client.socket.write(
    [first, ...lines, "Connection: Upgrade", `Upgrade: ${protocol}`, "", ""].join("\r\n"),
  );
  if (engine.head.length > 0) client.socket.write(engine.head);
  if (client.head.length > 0) engine.socket.write(client.head);
  tie(client.socket, engine.socket);
  tie(engine.socket, client.socket);
}

function tie(from: Duplex, to: Duplex): void {
  from.pipe(to);
  from.on("error", () => to.destroy());
  from.on("close", () => {
    // A direction that ended in good order has ended the other's already, once all was written.
    if (!from.readableEnded) to.destroy();
  });
}

async function pass(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answerHeaders(answer, true));
  response.flushHeaders();
  await reply(answer, response, undefined);
}

/** Answers on a connection that is not the server's any more, and ends it. */
async function answerOn(
  { request, socket }: Exchange,
  answer: (response: ServerResponse) => Promise<void>,
): Promise<void> {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  if (!(socket instanceof Socket) || socket.destroyed) {
    socket.destroy();
    return;
  }
  response.assignSocket(socket);
  const ended = new Promise((resolve) => {
    response.once("finish", resolve);
    response.once("close", resolve);
  });
  try {
    await answer(response);
    await ended;
    response.detachSocket(socket);
    socket.end();
  } catch {
    // The engine went away in the middle of its answer.
    socket.destroy();
  }
}
