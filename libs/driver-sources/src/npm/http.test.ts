import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { httpGetBytes } from "./http.ts";

const signal = AbortSignal.timeout(30_000);

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const get = (url: URL, headers = {}) => httpGetBytes({ url, headers, signal }, 1_000);

describe("getting a document", () => {
  test("a redirect to somebody else takes no credentials along", async () => {
    const seen: (string | undefined)[] = [];
    await using other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end("there");
    });
    await using first = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (request.url === "/own") response.writeHead(302, { location: "/last" }).end();
      else response.writeHead(307, { location: other.url.href }).end();
    });
    const own = new URL("own", first.url);

    expect((await get(own, { authorization: "Bearer x" })).toString()).toBe("there");

    expect(seen).toEqual(["Bearer x", "Bearer x", undefined]);
  });

  test.each<[string, RequestListener, string, RegExp]>([
    [
      "turns in circles",
      (_, r) => r.writeHead(302, { location: "/" }).end(),
      "registry-unreachable",
      /without end/,
    ],
    [
      "leads to a file",
      (_, r) => r.writeHead(302, { location: "file:///etc/passwd" }).end(),
      "registry-unreachable",
      /no address/,
    ],
    [
      "is too large",
      (_, r) => r.end("x".repeat(2_000)),
      "registry-unreachable",
      /larger than 1000/,
    ],
    [
      "breaks off",
      (_, r) => r.writeHead(200, { "content-length": "9" }).write("x", () => r.destroy()),
      "registry-unreachable",
      /broke off/,
    ],
    ["is hung up on", (_, r) => r.destroy(), "registry-unreachable", /cannot be used/],
    ["has a fault", (_, r) => r.writeHead(503).end(), "registry-unreachable", /answered with 503/],
    ["is forbidden", (_, r) => r.writeHead(403).end(), "unauthorized", /refused the credentials/],
    ["is not there", (_, r) => r.writeHead(404).end(), "not-found", /nothing at/],
  ])(
    "an answer that %s is told as what it is, without secrets",
    async (_, listener, code, message) => {
      await using server = await serve(listener);
      const url = new URL("?token=s3cret", server.url);

      const failed = get(url, { authorization: "Bearer s3cret" });

      const error = { code, message: expect.stringMatching(message) };
      await expect(failed).rejects.toMatchObject(error);
      await expect(failed).rejects.not.toMatchObject({ message: expect.stringMatching(/s3cret/) });
    },
  );

  test("ends with its signal", async () => {
    await using server = await serve(() => undefined);
    const stop = new AbortController();
    const failed = httpGetBytes({ url: server.url, headers: {}, signal: stop.signal }, 10);
    stop.abort();
    await expect(failed).rejects.toMatchObject({ name: "AbortError" });
  });
});
