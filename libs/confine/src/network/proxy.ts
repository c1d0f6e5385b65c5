import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import type { Destination, NetworkGrant } from "./destinations.ts";
import { Forwarder, join } from "./forwarder.ts";

/** Milliseconds for a client to say where it wants to go. */
const HEADER_MS = 10_000;

/** A proxy on a Unix socket that knows one word, CONNECT, and only destinations that the grant allows. */
export function openProxy(grant: NetworkGrant, path: string): Promise<Forwarder> {
  const http = createServer({ headersTimeout: HEADER_MS, maxHeaderSize: 8_192 });
  http.on("request", (_request, response) => {
    response.writeHead(405, { connection: "close" }).end("Only CONNECT.\n");
  });
  http.on("connect", (request, stream, head) => {
    const near = stream as Socket;
    const destination = parse(request.url ?? "");
    if (destination === undefined || !grant.allows(destination)) {
      near.end("HTTP/1.1 403 Not granted\r\n\r\n");
      return;
    }
    carry(near, destination, head);
  });
  return Forwarder.listen(path, (near) => {
    near.on("error", () => near.destroy());
    http.emit("connection", near);
    return undefined;
  });
}

function carry(near: Socket, { host, port }: Destination, head: Buffer): void {
  const far = connect({ host, port, allowHalfOpen: true });
  const failed = (): void => void near.end("HTTP/1.1 502 Not reached\r\n\r\n");
  far.once("error", failed);
  near.once("close", () => far.destroy());
  far.once("connect", () => {
    far.off("error", failed);
    near.write("HTTP/1.1 200 Connected\r\n\r\n");
    far.write(head);
    join(near, far);
  });
}

function parse(authority: string): Destination | undefined {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(authority);
  const host = found?.[1] ?? found?.[2];
  return host === undefined ? undefined : { host, port: Number(found?.[3]) };
}
