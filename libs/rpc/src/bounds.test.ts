import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { bind, defineMethod, LinesTransport, memoryPair, Peer, type Transport } from "./index.ts";
import { readMessage } from "./message.ts";
import { Throttle } from "./throttle.ts";

const echo = defineMethod({
  name: "echo",
  summary: "",
  params: z.record(z.string(), z.unknown()),
  result: z.record(z.string(), z.unknown()),
});
const say = defineMethod({
  name: "say",
  summary: "",
  params: z.object({}),
  progress: z.object({ text: z.string() }),
  result: z.object({}),
});

/** A peer, and the raw other end of its connection. */
function facing(options: ConstructorParameters<typeof Peer>[1] = {}) {
  const [near, far] = memoryPair();
  const strays: string[] = [];
  const sent: Record<string, unknown>[] = [];
  far.listen((text) => sent.push(JSON.parse(text) as Record<string, unknown>));
  const peer = new Peer(near, { ...options, onStray: (what) => strays.push(what) });
  const send = (message: object): Promise<void> =>
    far.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  return { peer, far, send, strays, sent };
}

describe("a message", () => {
  test("that is nested too deep is broken, however deep", () => {
    const text = `{"jsonrpc":"2.0","id":1,"result":${"[".repeat(500_000)}${"]".repeat(500_000)}}`;

    expect(readMessage(text)).toMatchObject({
      kind: "broken",
      why: expect.stringContaining("deeper than 100"),
    });
  });

  test("cannot reach a prototype", () => {
    const text = '{"jsonrpc":"2.0","id":1,"result":{"a":{"__proto__":{"isAdmin":true}}}}';

    const message = readMessage(text);

    expect(message).toEqual({ kind: "answer", id: 1, result: { a: {} } });
    expect(Object.assign({}, (message as { result: { a: object } }).result.a)).not.toHaveProperty(
      "isAdmin",
    );
  });

  test("has every text cleaned, and no key that would have to be", () => {
    const result = { text: "a!b", list: ["!"], "k!": 1 };
    const text = JSON.stringify({ jsonrpc: "2.0", id: 1, result });

    expect(readMessage(text, (given) => given.replaceAll("!", ""))).toMatchObject({
      result: { text: "ab", list: [""] },
    });
    expect(readMessage(text, (given) => given.replaceAll("!", ""))).not.toHaveProperty("result.k!");
  });

  test.each([
    '{"jsonrpc":"2.0","id":{},"method":"x"}',
    '{"jsonrpc":"2.0","id":1}',
    "[]",
    "1",
    "{}",
  ])("%s is broken", (text) => {
    expect(readMessage(text).kind).toBe("broken");
  });

  test("with numbers beyond all bounds acknowledges nothing", () => {
    for (const count of ["1e999", "-5", "0.5", '"7"'])
      expect(
        readMessage(`{"jsonrpc":"2.0","method":"$/ack","params":{"id":1,"count":${count}}}`),
      ).toMatchObject({ count: 0 });
  });
});

describe("a peer whose other end", () => {
  test("answers twice, answers what nobody asked, and reports on no call, is told of and goes on", async () => {
    const { peer, send, strays } = facing();
    const first = peer.request(echo, {});
    await send({ id: 1, result: { n: 1 } });
    await send({ id: 1, result: { n: 2 } });
    await send({ id: 99, result: {} });
    await send({ method: "$/progress", params: { id: 1, items: [{}] } });
    const second = peer.request(echo, {});
    await send({ id: 2, result: { n: 3 } });

    expect([await first, await second]).toEqual([{ n: 1 }, { n: 3 }]);
    expect(strays).toHaveLength(3);
  });

  test("reports what does not fit fails that call alone; what it still says is no surprise", async () => {
    const { peer, send, strays, sent } = facing();
    const call = peer.call(say, {});
    const other = peer.request(echo, {});
    await send({ method: "$/progress", params: { id: 1, items: [{ text: 7 }] } });
    await send({ method: "$/progress", params: { id: 1, items: [{ text: 8 }] } });
    await send({ id: 2, result: {} });

    await expect(call.result).rejects.toMatchObject({ data: { code: "protocol" } });
    await expect(other).resolves.toEqual({});
    expect(sent).toContainEqual(expect.objectContaining({ method: "$/cancel" }));
    expect(strays).toEqual([]);
  });

  test("uses an id twice gets its second request refused, and the first carried out once", async () => {
    let calls = 0;
    const gate = Promise.withResolvers<void>();
    const handle = async () => {
      calls += 1;
      await gate.promise;
      return {};
    };
    const { send, sent } = facing({ bindings: [bind(echo, handle)] });
    await send({ id: 7, method: "echo", params: {} });
    await send({ id: 7, method: "echo", params: {} });
    await send({ method: "echo", params: {} });
    gate.resolve();

    await expect.poll(() => sent.length).toBe(2);
    expect(sent).toMatchObject([
      { id: 7, error: { code: -32600 } },
      { id: 7, result: {} },
    ]);
    expect(calls).toBe(1);
  });
});

describe("lines", () => {
  test("that trickle close the connection after their time", async () => {
    const input = new PassThrough();
    const transport = new LinesTransport(input, new PassThrough(), { lineMs: 50 });
    const trickle = setInterval(() => input.write("x"), 5);

    expect(await transport.closed).toContain("not complete after 0.05 s");
    clearInterval(trickle);
  });

  test("faster than their rate are read later, all of them", async () => {
    const input = new PassThrough();
    const rate = { perSecond: 2_000, burst: 100 };
    const transport = new LinesTransport(input, new PassThrough(), { messages: rate });
    let count = 0;
    transport.listen(() => (count += 1));
    const since = performance.now();
    for (let n = 0; n < 50; n += 1) input.write("{}\n".repeat(10));

    await expect.poll(() => count, { timeout: 10_000 }).toBe(500);
    expect(performance.now() - since).toBeGreaterThan(150);
  });

  test("nobody reads are given up on before they fill memory", async () => {
    const transport = new LinesTransport(new PassThrough(), new PassThrough());
    const text = "x".repeat(8 * 1024 * 1024);
    const sends = Array.from({ length: 12 }, () => transport.send(text));

    expect(await transport.closed).toContain("does not read");
    expect((await Promise.allSettled(sends)).length).toBe(12);
  });
});

test("a sender that heeds no flow control is not read while its reader is behind", async () => {
  const input = new PassThrough();
  const peer = new Peer(new LinesTransport(input, new PassThrough()));
  const call = peer.call(say, {});
  const item = { text: "x".repeat(1024 * 1024) };
  const line = `${JSON.stringify({ jsonrpc: "2.0", method: "$/progress", params: { id: 1, items: [item] } })}\n`;
  for (let n = 0; n < 64; n += 1) input.write(line);
  await new Promise((resolve) => setTimeout(resolve, 200));

  expect(input.readableLength + input.writableLength).toBeGreaterThan(16 * 1024 * 1024);
  input.write('{"jsonrpc":"2.0","id":1,"result":{}}\n');
  expect(await Array.fromAsync(call)).toHaveLength(64);
});

test("a throttle lets a burst through and then says how long to wait", () => {
  const throttle = new Throttle({ perSecond: 100, burst: 50 }, 0);

  expect([throttle.take(50, 0), throttle.take(10, 0), throttle.take(1, 1_000)]).toEqual([
    0, 100, 0,
  ]);
});

test("a batch of large items is sent in pieces that any reader takes", async () => {
  const lengths: number[] = [];
  const [near, far] = memoryPair();
  const peer = new Peer(near);
  const counting: Transport = {
    closed: far.closed,
    listen: (listener) => far.listen(listener),
    [Symbol.asyncDispose]: () => far[Symbol.asyncDispose](),
    send: (text) => {
      lengths.push(text.length);
      return far.send(text);
    },
  };
  const handle = bind(say, async (_params, { report }) => {
    await Promise.all(Array.from({ length: 40 }, () => report({ text: "x".repeat(300_000) })));
    return {};
  });
  const _server = new Peer(counting, { bindings: [handle] });

  expect(await Array.fromAsync(peer.call(say, {}))).toHaveLength(40);
  expect(Math.max(...lengths)).toBeLessThan(1_100_000);
});
