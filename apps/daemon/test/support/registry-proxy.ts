import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What somebody between Gantry and a registry does with one request. */
export interface Meddling {
  /** Answers in the registry's stead; `true` when it did. */
  readonly answer?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  /** Waits before the request goes on. */
  readonly before?: (incoming: IncomingMessage) => Promise<void> | undefined;
  /** Changes the bytes of an answer. */
  readonly alter?: (incoming: IncomingMessage, body: Buffer) => Buffer;
}

/** A registry with somebody in front of it. */
export interface RegistryProxy extends AsyncDisposable {
  readonly host: string;
  /** `METHOD path`, in order. */
  readonly seen: readonly string[];
}

/** Puts `meddling` in front of the registry at `registry`. */
export async function registryProxy(registry: string, meddling: Meddling): Promise<RegistryProxy> {
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (meddling.answer?.(incoming, outgoing) === true) return void incoming.resume();
    void Promise.resolve(meddling.before?.(incoming)).then(() =>
      passOn(registry, meddling, { incoming, outgoing }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function passOn(
  registry: string,
  { alter }: Meddling,
  { incoming, outgoing }: { incoming: IncomingMessage; outgoing: ServerResponse },
): void {
  const [hostname = "", port] = registry.split(":");
  const { url, method, headers } = incoming;
  const onward = request({ hostname, port, path: url, method, headers }, (answer) => {
    const { statusCode = 502 } = answer;
    if (alter === undefined) {
      outgoing.writeHead(statusCode, answer.headers);
      answer.pipe(outgoing);
      return;
    }
    void buffer(answer).then((body) => {
      outgoing.writeHead(statusCode, answer.headers);
      outgoing.end(alter(incoming, body));
    });
  });
  onward.on("error", () => outgoing.destroy());
  incoming.on("error", () => onward.destroy());
  incoming.pipe(onward);
}
