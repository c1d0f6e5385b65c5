import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { TempDir } from "@gantry/process";
import {
  type LoggedEvent,
  METHODS,
  type OperationOutcome,
  PROTOCOL_VERSION,
  socketPathOf,
} from "@gantry/protocol";
import { type Binding, bind, Peer, RpcError, type Transport, WebSocketListener } from "@gantry/rpc";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { Client } from "./client.ts";

const MEGABYTE = 1024 * 1024;
const NOW = "2026-01-01T00:00:00Z";
const ENDED: OperationOutcome = {
  operation: { id: "op", kind: "build", status: "succeeded", created: NOW, finished: NOW },
};

let scope: AsyncDisposableStack;
let home: string;

beforeEach(async () => {
  scope = new AsyncDisposableStack();
  home = scope.use(await TempDir.create("gantry-client-")).path;
});

afterEach(() => scope.disposeAsync());

function event(seq: number, text = `line ${seq}\n`): LoggedEvent {
  return { seq, at: 0, phase: "run", event: { kind: "log", stream: "stdout", text } };
}

const greet = bind(METHODS.initialize, async () => ({
  daemon: { version: "0", pid: 1, home },
  protocol: PROTOCOL_VERSION,
  methods: [],
}));

/** A real listener whose connections serve `bindings`. */
async function serve(
  bindings: (transport: Transport) => readonly Binding[],
): Promise<WebSocketListener> {
  return scope.use(
    await WebSocketListener.listen(socketPathOf(home), (transport) => {
      scope.use(new Peer(transport, { bindings: [greet, ...bindings(transport)] }));
    }),
  );
}

async function connect(): Promise<Client> {
  const client = { name: "test", version: "0" };
  return scope.use(await Client.connect({ home, client, environment: {} }));
}

/** A server of any kind at the daemon's place. */
async function listenWith(server: Server): Promise<Set<Socket>> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  server.listen(socketPathOf(home));
  await once(server, "listening");
  scope.defer(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  });
  return sockets;
}

/** How the first request ended, and whether that was soon enough. */
async function refusal(): Promise<unknown> {
  const before = performance.now();
  const reason: unknown = await connect()
    .then((client) => client.request("driver.list", {}))
    .catch((error: unknown) => error);
  return { reason, isSoon: performance.now() - before < 2_000 };
}

const LOST = {
  isSoon: true,
  reason: expect.objectContaining({
    name: "DaemonError",
    code: "lost",
    hint: expect.stringMatching(/\w/),
  }),
};

/** A server that speaks WebSocket and nothing above it. */
async function rawServer(): Promise<WebSocketServer> {
  const http = createHttpServer();
  const server = new WebSocketServer({ server: http });
  await listenWith(http);
  scope.defer(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return server;
}

describe("a call", () => {
  it("gives its result, asked for before the handshake is over", async () => {
    await serve(() => [bind(METHODS["driver.list"], async () => ({ endpoints: [] }))]);

    const client = await connect();

    expect(await client.request("driver.list", {})).toEqual({ endpoints: [] });
    await client.ready;
  });

  it("gives its progress in order, then its result", async () => {
    await serve(() => [
      bind(METHODS["operation.watch"], async (_, { report }) => {
        for (let seq = 1; seq <= 1000; seq += 1) await report(event(seq));
        return ENDED;
      }),
    ]);
    const client = await connect();
    await client.ready;

    const call = client.call("operation.watch", { operationId: "op" });
    const seen: number[] = [];
    for await (const { seq } of call) seen.push(seq);

    expect(seen).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
    expect(await call.result).toMatchObject({ operation: { id: "op" } });
  });

  it("that is refused rejects with what the server said", async () => {
    await serve(() => [
      bind(METHODS["operation.watch"], async () => {
        throw new RpcError(1, "No such operation.", { code: "not-found", hint: "List them." });
      }),
    ]);

    const asked = (await connect()).request("operation.watch", { operationId: "gone" });

    await expect(asked).rejects.toMatchObject({
      message: "No such operation.",
      data: { code: "not-found", hint: "List them." },
    });
  });

  it("carries a megabyte both ways", async () => {
    await serve(() => [
      bind(METHODS["operation.watch"], async ({ operationId }, { report }) => {
        await report(event(1, operationId));
        return ENDED;
      }),
    ]);
    const client = await connect();
    await client.ready;
    // Not of one letter, so that a byte out of place is seen, and not of ASCII alone.
    const large = Array.from({ length: MEGABYTE / 8 }, (_, index) =>
      `${index % 1000}ü`.padEnd(8, "."),
    ).join("");

    const texts: string[] = [];
    for await (const { event: said } of client.call("operation.watch", { operationId: large }))
      texts.push(said.kind === "log" ? said.text : "");

    expect(texts.length).toBe(1);
    expect(texts[0] === large).toBe(true);
  });
});

describe("a watch", () => {
  it("goes on behind the last event when the server drops the connection, with no gap and no repeat", async () => {
    const asked: number[] = [];
    const drops = [3, 4, 11];
    await serve((transport) => [
      bind(METHODS["operation.watch"], async ({ after }, { report, signal }) => {
        asked.push(after);
        const last = drops.shift();
        for (let seq = after + 1; seq <= (last ?? 20); seq += 1) await report(event(seq));
        if (last === undefined) return ENDED;
        setTimeout(() => void transport[Symbol.asyncDispose](), 50);
        await once(signal, "abort");
        return ENDED;
      }),
    ]);
    const client = await connect();
    await client.ready;

    const watch = client.watch("op");
    const seen: number[] = [];
    let next = await watch.next();
    for (; next.done !== true; next = await watch.next()) seen.push(next.value.seq);

    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(asked).toEqual([0, 3, 4, 11]);
    expect(next.value).toMatchObject({ operation: { id: "op" } });
  });

  it("starts where it is told", async () => {
    await serve(() => [
      bind(METHODS["operation.watch"], async ({ after }, { report }) => {
        await report(event(after + 1));
        return ENDED;
      }),
    ]);
    const client = await connect();
    await client.ready;

    const { value } = await client.watch("op", { after: 41 }).next();

    expect(value).toMatchObject({ seq: 42 });
  });

  it("ends with an error when the daemon does not come back", async () => {
    const listener = await serve((transport) => [
      bind(METHODS["operation.watch"], async (_, { report, signal }) => {
        await report(event(1));
        setTimeout(() => void listener[Symbol.asyncDispose]().then(() => transport), 20);
        await once(signal, "abort");
        return ENDED;
      }),
    ]);
    const client = await connect();
    await client.ready;
    const watch = client.watch("op");
    expect((await watch.next()).value).toMatchObject({ seq: 1 });

    await expect(watch.next()).rejects.toMatchObject({ name: "DaemonError", code: "not-running" });
  });
});

describe("what is no daemon", () => {
  it("is named when nobody listens", async () => {
    await expect(connect()).rejects.toMatchObject({ name: "DaemonError", code: "not-running" });
  });

  it("is an error within two seconds when it answers plain HTTP", async () => {
    await listenWith(createHttpServer((_, response) => response.end("hello")));

    expect(await refusal()).toMatchObject(LOST);
  });

  it.each([
    ["garbage", "\u0000\u0001 this is no HTTP\r\n\r\n"],
    ["a greeting of another protocol", "220 mail.example ESMTP\r\n\r\n"],
    ["an end at once", ""],
    ["half a head", "HTTP/1.1 101 Switch"],
  ])("is an error within two seconds when it answers %s and closes", async (_, answer) => {
    await listenWith(createServer((socket) => socket.end(answer)));

    expect(await refusal()).toMatchObject(LOST);
  });

  it.each([
    ["garbage", "garbage\n"],
    ["a head without an end", `HTTP/1.1 101 ${"x".repeat(20_000)}`],
  ])("is an error at once when it says %s and stays", async (_, answer) => {
    await listenWith(createServer((socket) => socket.write(answer)));

    expect(await refusal()).toMatchObject(LOST);
  });

  it("is an error within two seconds when its frames are masked or unknown", async () => {
    const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    const frames = [Buffer.from([0x81, 0x80, 0, 0, 0, 0])];
    await listenWith(
      createServer((socket) => socket.write(Buffer.concat([Buffer.from(head), ...frames]))),
    );

    expect(await refusal()).toMatchObject(LOST);
  });

  it("is refused when it speaks another version of the protocol", async () => {
    await WebSocketListener.listen(socketPathOf(home), (transport) => {
      const refuse = bind(METHODS.initialize, async () => {
        throw new RpcError(1, "Another version.", { code: "protocol-version" });
      });
      scope.use(new Peer(transport, { bindings: [refuse] }));
    }).then((listener) => scope.use(listener));

    const client = await connect();

    await expect(client.ready).rejects.toMatchObject({
      name: "DaemonError",
      code: "other-version",
    });
  });
});

describe("the WebSocket", () => {
  it("answers a ping with the ping's own payload", async () => {
    const server = await rawServer();
    const pong = Promise.withResolvers<string>();
    server.on("connection", (socket) => {
      socket.on("pong", (data) => pong.resolve(data.toString()));
      socket.ping("are you there");
    });

    await connect();

    expect(await pong.promise).toBe("are you there");
  });

  it("answers a close, and the call that waits hears of its code and reason", async () => {
    const server = await rawServer();
    const closed = Promise.withResolvers<number>();
    server.on("connection", (socket) => {
      socket.on("close", (code) => closed.resolve(code));
      socket.once("message", () => socket.close(1001, "the daemon stops"));
    });

    const client = await connect();

    await expect(client.ready).rejects.toMatchObject({
      name: "DaemonError",
      code: "lost",
      message: expect.stringContaining("1001 the daemon stops"),
    });
    expect(await closed.promise).toBeGreaterThanOrEqual(1000);
  });

  it("is closed with 1000 when the client is disposed of", async () => {
    const server = await rawServer();
    const closed = Promise.withResolvers<number>();
    const open = Promise.withResolvers<void>();
    server.on("connection", (socket) => {
      socket.on("close", (code) => closed.resolve(code));
      open.resolve();
    });
    const client = await connect();
    await open.promise;

    await client[Symbol.asyncDispose]();

    expect(await closed.promise).toBe(1000);
  });

  it("puts a message in fragments together, a ping between them", async () => {
    const server = await rawServer();
    server.on("connection", (socket) => {
      socket.on("message", (data) => {
        const { id } = JSON.parse(Buffer.isBuffer(data) ? data.toString() : "");
        const text = JSON.stringify({ jsonrpc: "2.0", id, result: {} });
        socket.send(text.slice(0, 9), { fin: false });
        socket.ping();
        socket.send(text.slice(9), { fin: true });
      });
    });

    const client = await connect();

    await expect(client.ready).resolves.toBeUndefined();
  });
});
