import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { parseReference } from "../reference.ts";
import { RegistryClient } from "./client.ts";

/** A server that is closed at the end; gives its host. */
async function serve(server: Server): Promise<{ readonly host: string } & AsyncDisposable> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

it("a refresh token goes to the token service that was named, and to none that it names", async () => {
  const heard: string[] = [];
  await using other = await serve(
    createServer(async (request, reply) => {
      heard.push(await text(request));
      reply.end('{"token":"t"}');
    }),
  );
  await using registry = await serve(
    createServer((request, reply) => {
      request.resume();
      if (request.url?.startsWith("/token") === true)
        return reply.writeHead(307, { location: `http://${other.host}/token` }).end();
      const realm = `Bearer realm="http://${request.headers.host}/token",service="s"`;
      return reply.writeHead(401, { "www-authenticate": realm }).end();
    }),
  );
  const credentials = async () => ({ kind: "identity", token: "refresh-me" }) as const;
  const client = new RegistryClient({ attempts: 1, credentials });

  const asked = client.manifest(parseReference(`${registry.host}/a/b:1`));

  await expect(asked).rejects.toMatchObject({ code: "unauthorized" });
  expect(heard).toEqual([]);
});
