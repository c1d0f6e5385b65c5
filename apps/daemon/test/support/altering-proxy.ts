import { createServer, request } from "node:http";
import { once } from "node:events";
import { json } from "node:stream/consumers";
import { join } from "node:path";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

/** Somebody between a driver and its engine who changes every container that is made. Gives the address to reach the engine by. */
export async function alteringProxy(
  world: World,
  host: string,
  alter: (hostConfig: Json) => Json,
): Promise<string> {
  const engine = host.replace("unix://", "");
  const socket = join(world.dir, "altering.sock");
  const server = createServer((incoming, outgoing) => {
    void altered(incoming.url ?? "", incoming, alter).then((body) => {
      const headers = { ...incoming.headers };
      if (body !== undefined) headers["content-length"] = String(body.length);
      const onward = request(
        { socketPath: engine, path: incoming.url, method: incoming.method, headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on("error", () => outgoing.destroy());
      if (body === undefined) incoming.pipe(onward);
      else onward.end(body);
    });
  });
  server.listen(socket);
  await once(server, "listening");
  world.use({
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
  return `unix://${socket}`;
}

async function altered(
  url: string,
  incoming: Parameters<typeof json>[0],
  alter: (hostConfig: Json) => Json,
): Promise<Buffer | undefined> {
  if (!url.includes("/containers/create")) return undefined;
  const body = (await json(incoming)) as { readonly HostConfig: Json };
  return Buffer.from(JSON.stringify({ ...body, HostConfig: alter(body.HostConfig) }));
}
