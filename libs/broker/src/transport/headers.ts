import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Forward } from "../calls/call.ts";

/** What of a client's headers means something to an engine. */
const PASSED = [
  "x-registry-auth",
  "x-registry-config",
  "x-docker-expose-session-uuid",
  "x-docker-expose-session-name",
  "x-docker-expose-session-sharedkey",
  "x-docker-expose-session-grpc-method",
];

/** Of one connection, not of the message. */
const HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The headers of the request that goes to the engine. A body's kind is said here: as a form, it would be read as parameters. */
export function requestHeaders(
  { headersDistinct, headers }: IncomingMessage,
  { body, around }: Forward,
): OutgoingHttpHeaders {
  const sent: OutgoingHttpHeaders = { Host: "docker", "User-Agent": "gantry-broker" };
  for (const name of PASSED) {
    const values = headersDistinct[name];
    if (values !== undefined) sent[name] = values;
  }
  if (body === "none") return sent;
  if (typeof body === "object") return { ...sent, "Content-Type": "application/json" };
  const isJson = headers["content-type"]?.split(";")[0] === "application/json";
  sent["Content-Type"] = isJson ? "application/json" : "application/x-tar";
  // A body that may end before its time must not have said how long it would be.
  const length = around === undefined ? headers["content-length"] : undefined;
  return {
    ...sent,
    ...(length === undefined ? { "Transfer-Encoding": "chunked" } : { "Content-Length": length }),
  };
}

/** The headers of the engine's answer, as pairs; without its length when the answer is written anew. */
export function answerHeaders({ rawHeaders }: IncomingMessage, keepLength: boolean): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (HOP.has(lower) || (lower === "content-length" && !keepLength)) continue;
    kept.push(name, value);
  }
  return kept;
}
