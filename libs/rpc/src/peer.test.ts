import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  bind,
  connectWebSocket,
  defineMethod,
  LinesTransport,
  memoryPair,
  Peer,
  type Transport,
  WebSocketListener,
} from "./index.ts";

const count = defineMethod({
  name: "count.up",
  summary: "Counts.",
  params: z.object({ to: z.int(), padding: z.int().default(0) }),
  progress: z.object({ n: z.int(), text: z.string() }),
  result: z.object({ sum: z.int() }),
});
const wait = defineMethod({
  name: "wait",
  summary: "Waits.",
  params: z.object({}),
  result: z.object({}),
});
const lie = defineMethod({
  name: "lie",
  summary: "Answers wrongly.",
  params: z.object({}),
  result: z.object({ n: z.int() }),
});
const lieAsServed = defineMethod({
  name: "lie",
  summary: "",
  params: z.object({}),
  result: z.any(),
});

interface World {
  reported: number;
  canceled: boolean;
  defects: unknown[];
}

function serve(transport: Transport, world: World): Peer {
  return new Peer(transport, {
    onDefect: (error) => world.defects.push(error),
    bindings: [
      bind(count, async ({ to, padding }, { report }) => {
        for (let n = 1; n <= to; n++) {
          await report({ n, text: "x".repeat(padding) });
          world.reported = n;
        }
        return { sum: (to * (to + 1)) / 2 };
      }),
      bind(wait, async (_params, { signal }) => {
        if (!signal.aborted)
          await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        world.canceled = true;
        return signal.throwIfAborted() ?? {};
      }),
      bind(lieAsServed, async () => ({ n: "many" })),
    ],
  });
}

type Open = (
  onServer: (transport: Transport) => void,
) => Promise<{ client: Transport; close(): Promise<void> }>;

const transports: Readonly<Record<string, Open>> = {
  memory: async (onServer) => {
    const [client, server] = memoryPair();
    onServer(server);
    return { client, close: async () => undefined };
  },
  lines: async (onServer) => {
    const up = new PassThrough();
    const down = new PassThrough();
    onServer(new LinesTransport(up, down));
    return { client: new LinesTransport(down, up), close: async () => undefined };
  },
  websocket: async (onServer) => {
    const dir = mkdtempSync(join(tmpdir(), "gantry-rpc-"));
    const listener = await WebSocketListener.listen(join(dir, "s"), onServer);
    expect(statSync(join(dir, "s")).mode & 0o777).toBe(0o600);
    const client = await connectWebSocket(`ws+unix:${join(dir, "s")}:/`);
    return {
      client,
      close: async () => {
        await listener[Symbol.asyncDispose]();
        rmSync(dir, { recursive: true });
      },
    };
  },
};

describe.each(Object.entries(transports))("a peer over %s", (_name, open) => {
  async function setUp(): Promise<{ client: Peer; server: Peer; world: World } & AsyncDisposable> {
    const world: World = { reported: 0, canceled: false, defects: [] };
    const serverReady = Promise.withResolvers<Peer>();
    const { client: transport, close } = await open((incoming) =>
      serverReady.resolve(serve(incoming, world)),
    );
    const client = new Peer(transport);
    const server = await serverReady.promise;
    return {
      client,
      server,
      world,
      async [Symbol.asyncDispose]() {
        await client[Symbol.asyncDispose]();
        await close();
      },
    };
  }

  test("gives progress in order, then the result", async () => {
    await using peers = await setUp();

    const call = peers.client.call(count, { to: 2_000 });
    const seen: number[] = [];
    for await (const { n } of call) seen.push(n);

    expect(seen).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
    expect(await call.result).toEqual({ sum: 2_001_000 });
  });

  test("a reader that pauses stops the reporter within the window", async () => {
    await using peers = await setUp();

    const call = peers.client.call(count, { to: 100_000 });
    const items = call[Symbol.asyncIterator]();
    await items.next();
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(peers.world.reported).toBeLessThan(600);
    await items.return?.(undefined);
    await expect(call.result).resolves.toEqual({ sum: 5_000_050_000 });
  });

  test("a discarded call gives its result whatever it says", async () => {
    await using peers = await setUp();

    expect(await peers.client.request(count, { to: 1_000 })).toEqual({ sum: 500_500 });
  });

  test("cancel reaches the handler and ends the call as canceled", async () => {
    await using peers = await setUp();
    const abort = new AbortController();

    const result = peers.client.request(wait, {}, { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);

    await expect(result).rejects.toMatchObject({ rpcCode: -32800, data: { code: "canceled" } });
    expect(peers.world.canceled).toBe(true);
  });

  test("a call whose signal was aborted before is not sent at all", async () => {
    await using peers = await setUp();
    const signal = AbortSignal.abort();
    const call = peers.client.call(count, { to: 3, padding: 0 }, { signal });
    await expect(call.result).rejects.toMatchObject({ data: { code: "canceled" } });
    await peers.client.request(count, { to: 1, padding: 0 });
    expect(peers.world.reported).toBe(1);
    expect(await Array.fromAsync(call)).toEqual([]);
  });

  test("a connection that ends rejects what waits and cancels what runs", async () => {
    await using peers = await setUp();

    const result = peers.client.request(wait, {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    await peers.client[Symbol.asyncDispose]();

    await expect(result).rejects.toThrow(/connection to the other end ended/);
    await expect.poll(() => peers.world.canceled).toBe(true);
  });

  test("params that do not fit are -32602 before the handler; a fault of ours is -32603", async () => {
    await using peers = await setUp();
    const wrong = defineMethod({ ...count, params: z.any() });
    const broken = defineMethod({
      name: "gone",
      summary: "",
      params: z.object({}),
      result: z.any(),
    });

    await expect(peers.client.request(wrong, { to: "x" })).rejects.toMatchObject({
      rpcCode: -32602,
      message: expect.stringContaining("to: "),
    });
    await expect(peers.client.request(broken, {})).rejects.toMatchObject({ rpcCode: -32601 });
    expect(peers.world.reported).toBe(0);
    expect(peers.world.defects).toEqual([]);
  });

  test("an answer of another shape is refused, not passed on", async () => {
    await using peers = await setUp();

    await expect(peers.client.request(lie, {})).rejects.toMatchObject({
      data: { code: "protocol" },
    });
  });
});

test("a cancel right behind its request is not lost", async () => {
  const up = new PassThrough();
  const down = new PassThrough();
  const world: World = { reported: 0, canceled: false, defects: [] };
  serve(new LinesTransport(up, down), world);
  const call = { jsonrpc: "2.0", id: 1, method: "wait", params: {} };
  const cancel = { jsonrpc: "2.0", method: "$/cancel", params: { id: 1 } };

  up.write(`${JSON.stringify(call)}\n${JSON.stringify(cancel)}\n`);

  await expect.poll(() => world.canceled).toBe(true);
});

test("a request with an Origin is refused", async () => {
  const dir = mkdtempSync(join(tmpdir(), "gantry-rpc-"));
  await using _listener = await WebSocketListener.listen(join(dir, "s"), () =>
    expect.unreachable(),
  );
  const { default: WebSocket } = await import("ws");

  const socket = new WebSocket(`ws+unix:${join(dir, "s")}:/`, { origin: "https://evil.example" });
  const message = await new Promise<string>((resolve) =>
    socket.on("error", (error) => resolve(error.message)),
  );

  expect(message).toContain("401");
  rmSync(dir, { recursive: true });
});

test("a line over the bound closes the connection instead of filling memory", async () => {
  const input = new PassThrough();
  const transport = new LinesTransport(input, new PassThrough(), { maxBytes: 1_000 });

  for (let i = 0; i < 10; i++) input.write("x".repeat(500));

  expect(await transport.closed).toContain("longer than 1000 bytes");
  await expect(transport.send("{}")).rejects.toThrow("longer than 1000 bytes");
});

test("what is not JSON-RPC is answered as such", async () => {
  const [near, far] = memoryPair();
  const answers: unknown[] = [];
  near.listen((text) => answers.push(JSON.parse(text)));
  serve(far, { reported: 0, canceled: false, defects: [] });

  await near.send("garbage");
  await near.send('{"hello":1}');

  await expect
    .poll(() => answers)
    .toMatchObject([{ error: { code: -32700 } }, { error: { code: -32600 } }]);
});

test("a wrong field does not compile", () => {
  const [near] = memoryPair();
  const peer = new Peer(near);
  const wrong = (): unknown[] => [
    // @ts-expect-error `upto` is not a field of count.up
    peer.request(count, { upto: 3 }),
    // @ts-expect-error the handler must give a sum
    bind(count, async () => ({ total: 1 })),
  ];
  expect(wrong).toBeTypeOf("function");
});

test("a call on a connection that is over, or ends meanwhile, fails with that reason", async () => {
  const [here, there] = memoryPair();
  await using peer = new Peer(here, { other: "the daemon" });
  const under = peer.request(wait, {}).catch((error: unknown) => error);

  await there[Symbol.asyncDispose]();

  expect(await under).toMatchObject({
    name: "ConnectionClosedError",
    message: expect.stringMatching(/^The connection to the daemon ended/),
  });
  await expect(peer.request(wait, {})).rejects.toMatchObject({ name: "ConnectionClosedError" });
});
