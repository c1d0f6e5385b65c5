import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { BrokerWorld, OWN_ID } from "../testing/broker-world.ts";

describe("streams", () => {
  it("pass in both directions, chunk by chunk, byte for byte", async () => {
    await using world = await BrokerWorld.open();
    const bytes = randomBytes(3_000_000);
    world.engine.answer = (_request, response, body) => response.end(body);

    const { request, answer } = world.begin("POST", "/build");
    for (let at = 0; at < bytes.length; at += 65_537)
      request.write(bytes.subarray(at, at + 65_537));
    request.end();
    const chunks: Buffer[] = [];
    for await (const chunk of await answer) chunks.push(chunk as Buffer);

    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(world.engine.received[0]?.headers["transfer-encoding"]).toBe("chunked");
  });

  it("a head comes before its body: a wait has begun when it was sent", async () => {
    await using world = await BrokerWorld.open();
    const ended = Promise.withResolvers<void>();
    world.engine.streaming = (_request, response) => {
      response.writeHead(200).flushHeaders();
      void ended.promise.then(() => response.end('{"StatusCode":0}'));
    };

    const { request, answer } = world.begin("POST", "/containers/mine/wait");
    request.end();
    const got = await answer;
    ended.resolve();

    expect(await text(got)).toBe('{"StatusCode":0}');
  });

  it("a client that does not read holds the engine up, and memory does not grow", async () => {
    await using world = await BrokerWorld.open();
    let sent = 0;
    const stalled = Promise.withResolvers<void>();
    const chunk = Buffer.alloc(256 * 1024);
    world.engine.streaming = (_request, response) => {
      const pump = (): void => {
        while (sent < 400 && response.write(chunk)) sent += 1;
        if (sent < 400) response.once("drain", pump);
      };
      pump();
      setTimeout(() => stalled.resolve(), 500);
    };

    const { request, answer } = world.begin("GET", "/containers/mine/logs?stdout=1");
    request.end();
    const got = await answer;
    await stalled.promise;
    const whileStalled = sent;

    expect(whileStalled).toBeLessThan(100);
    got.destroy();
  });

  it("an engine that does not read holds the client up", async () => {
    await using world = await BrokerWorld.open();
    const read = Promise.withResolvers<IncomingMessage>();
    world.engine.streaming = (request, response) => {
      request.on("end", () => response.end());
      read.resolve(request);
    };

    const { request, answer } = world.begin("PUT", "/containers/mine/archive?path=/");
    const chunk = Buffer.alloc(256 * 1024);
    let written = 0;
    const pump = (): void => {
      for (; written < 400; written += 1) {
        if (request.write(chunk)) continue;
        written += 1;
        request.once("drain", pump);
        return;
      }
      request.end();
    };
    pump();
    const incoming = await read.promise;
    await delay(500);
    expect(written).toBeLessThan(100);
    incoming.resume();

    expect((await answer).statusCode).toBe(200);
  });

  it("a client that goes away takes its request at the engine along", async () => {
    await using world = await BrokerWorld.open();
    const gone = Promise.withResolvers<boolean>();
    const begun = Promise.withResolvers<void>();
    world.engine.streaming = (_request, response) => {
      response.on("close", () => gone.resolve(response.writableFinished));
      begun.resolve();
    };

    const { request } = world.begin("POST", "/containers/mine/wait");
    request.end();
    await begun.promise;
    request.destroy();

    expect(await gone.promise).toBe(false);
  });

  it("an answer that breaks off breaks off for the client too", async () => {
    await using world = await BrokerWorld.open();
    world.engine.streaming = (_request, response) => {
      response.writeHead(200, { "Content-Length": "100" }).write("half");
      setTimeout(() => response.destroy(), 20);
    };

    const { request, answer } = world.begin("GET", "/containers/mine/logs");
    request.end();

    await expect(answer.then((got) => text(got))).rejects.toThrow("aborted");
  });

  it("many clients are served at once, and each gets its own", async () => {
    await using world = await BrokerWorld.open();
    world.engine.answer = (request, response) =>
      setTimeout(() => response.end(request.url), Math.random() * 20);

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => world.ask("GET", `/containers/mine/top?ps_args=${n}`)),
    );

    expect(answers.map(({ body }) => body)).toEqual(
      answers.map((_, n) => `/containers/${OWN_ID}/top?ps_args=${n}`),
    );
  });
});

describe("a connection that changes its protocol", () => {
  const START = `POST /v1.41/exec/own/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}`;

  it("passes in both directions, and each ends by itself", async () => {
    await using world = await BrokerWorld.open();
    world.engine.upgrade = (request, socket, head) => {
      socket.write(`HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst;`);
      let heard = head.toString();
      socket.on("data", (data: Buffer) => (heard += data.toString()));
      const ended = once(socket, "end");
      void text(request).then(async (body) => {
        await ended;
        socket.end(`${request.url};${body};heard ${heard}`);
      });
    };

    const client = world.connect();
    client.write(`${START}a`);
    client.once("data", () => client.end("bc"));
    const said = await text(client);

    const [head = "", tail] = said.split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 101 UPGRADED\r\n/);
    expect(tail).toBe("first;/v1.41/exec/own/start;{};heard abc");
    expect(world.audit).toMatchObject([{ verdict: "allowed", path: "/exec/{exec}/start" }]);
  });

  it("ends when either side breaks", async () => {
    await using world = await BrokerWorld.open();
    const sockets: NodeJS.EventEmitter[] = [];
    world.engine.upgrade = (_request, socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      // A client that is gone is noticed by what cannot be written to it.
      const ticking = setInterval(() => socket.write("x"), 20);
      socket.on("close", () => clearInterval(ticking));
      socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    };
    const client = world.connect();
    client.write(START);
    await once(client, "data");
    const [engineSide] = sockets;
    const gone = new Promise((resolve) => engineSide?.once("close", () => resolve("closed")));
    client.destroy();

    expect(await gone).toBe("closed");
  });

  it.each([
    ["of others", START.replace("own", "foreign"), 404],
    [
      "for what does not change it",
      `${START.replace("exec/own/start", "containers/mine/exec").replace("Upgrade\r", "Upgrade, close\r").replace("Length: 2", "Length: 19").slice(0, -2)}{"Privileged":true}`,
      403,
    ],
    [
      "to BuildKit's own interface",
      "POST /grpc HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
      403,
    ],
  ])("is refused %s, in words", async (_what, bytes, status) => {
    await using world = await BrokerWorld.open();

    const said = await world.raw(bytes);

    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(said).toContain('{"message":"');
  });

  it("the engine's own refusal comes through", async () => {
    await using world = await BrokerWorld.open();
    world.engine.upgrade = (_request, socket) =>
      socket.end(
        'HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{"message":"off"}',
      );

    const said = await world.raw(START);

    expect(said).toMatch(/^HTTP\/1\.1 409 /);
    expect(said).toContain('{"message":"off"}');
  });

  it("is no way around for other calls: the wish is ignored", async () => {
    await using world = await BrokerWorld.open();

    const said = await world.raw(
      "GET /containers/other/json HTTP/1.1\r\nHost: d\r\nConnection: Upgrade, close\r\nUpgrade: tcp\r\n\r\n",
    );

    expect(said).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe("requests that want to be two", () => {
  it.each([
    [
      "a length and chunks",
      "POST /build HTTP/1.1\r\nHost: d\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /swarm HTTP/1.1\r\n\r\n",
    ],
    [
      "two lengths",
      "POST /build HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\nContent-Length: 30\r\n\r\nGET /swarm HTTP/1.1\r\n\r\n",
    ],
    ["a length that is none", "POST /build HTTP/1.1\r\nHost: d\r\nContent-Length: +4\r\n\r\nabcd"],
    [
      "an unknown coding",
      "POST /build HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    ],
    [
      "a chunk's size that is none",
      "POST /build HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n0x4\r\nabcd\r\n0\r\n\r\n",
    ],
    [
      "a space before the colon",
      "POST /build HTTP/1.1\r\nHost: d\r\nContent-Length : 4\r\n\r\nabcd",
    ],
    [
      "a folded header",
      "POST /build HTTP/1.1\r\nHost: d\r\nX: a\r\n b\r\nContent-Length\r\n: 4\r\n\r\nabcd",
    ],
    ["no host", "GET /_ping HTTP/1.1\r\n\r\n"],
    ["headers without end", `GET /_ping HTTP/1.1\r\nHost: d\r\nX: ${"x".repeat(100_000)}\r\n\r\n`],
    ["no HTTP", "\x16\x03\x01\x02\x00\x01\x00"],
  ])("%s: the engine sees none of it", async (_what, bytes) => {
    await using world = await BrokerWorld.open();

    const said = await world.raw(bytes);

    expect(said).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(said.match(/^HTTP/gm)).toHaveLength(1);
    expect(world.engine.received).toEqual([]);
  });

  it("what follows a request is a request of its own, judged like the first", async () => {
    await using world = await BrokerWorld.open();
    const second = "GET /swarm HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n";

    const said = await world.raw(
      `POST /containers/mine/start HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n${second}`,
    );

    expect(said).toMatch(/^HTTP\/1\.1 200 [^]*HTTP\/1\.1 403 /);
    expect(world.engine.received.map(({ url }) => url)).toEqual([`/containers/${OWN_ID}/start`]);
  });

  it.each(["http://d/swarm", "//swarm", "/v1.41/%2e%2e/swarm", "/containers/mine/../../swarm"])(
    "the target %s is refused",
    async (target) => {
      await using world = await BrokerWorld.open();

      const said = await world.raw(
        `GET ${target} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n`,
      );

      expect(said).toMatch(/^HTTP\/1\.1 400 /);
      expect(world.audit).toMatchObject([{ path: "(unreadable)", verdict: "denied" }]);
      expect(world.engine.received).toEqual([]);
    },
  );
});
