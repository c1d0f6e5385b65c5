import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { connect, createServer as createTcpServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../digest.ts";
import { parseReference, withVersion } from "../reference.ts";
import { mediaTypes } from "../schemas.ts";
import { lacksRegistry, freePort, startRegistry, type TestRegistry } from "../testing/registry.ts";
import { chunks, collect } from "../testing/scratch.ts";
import { RegistryClient } from "./client.ts";

const client = new RegistryClient({ attempts: 3 });
let registry: TestRegistry;

const named = (name: string) => parseReference(`${registry.host}/${name}`);

async function pushed(name: string, bytes: Uint8Array) {
  const reference = named(name);
  const descriptor = { digest: digestOf(bytes), size: bytes.byteLength };
  await client.pushBlob(reference, { descriptor, open: (start) => chunks(bytes.subarray(start)) });
  return { reference, descriptor };
}

function manifestOf(config: { digest: string; size: number }) {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: { mediaType: mediaTypes.config, ...config },
      layers: [],
    }),
  );
}

describe.skipIf(lacksRegistry)("RegistryClient with a registry", () => {
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  it("pushes a blob, finds it, and streams it back", async () => {
    const bytes = randomBytes(300_000);

    const { reference, descriptor } = await pushed("roundtrip", bytes);

    expect(await client.hasBlob(reference, descriptor.digest)).toBe(true);
    expect(await client.hasBlob(reference, digestOf("other"))).toBe(false);
    expect((await collect(client.blob(reference, descriptor))).equals(bytes)).toBe(true);
  });

  it("sends an empty blob", async () => {
    const { reference, descriptor } = await pushed("empty", new Uint8Array(0));

    expect((await collect(client.blob(reference, descriptor))).byteLength).toBe(0);
  });

  it("sends a large blob in chunks", async () => {
    const chunked = new RegistryClient({ chunkBytes: 100_000 });
    const bytes = randomBytes(350_001);
    const reference = named("chunked");
    const descriptor = { digest: digestOf(bytes), size: bytes.byteLength };
    const progress: number[] = [];

    const outcome = await chunked.pushBlob(reference, {
      descriptor,
      open: (start) => chunks(bytes.subarray(start)),
      onProgress: (sent) => progress.push(sent),
    });

    expect(outcome).toBe("uploaded");
    expect(progress.at(-1)).toBe(bytes.byteLength);
    expect((await collect(client.blob(reference, descriptor))).equals(bytes)).toBe(true);
  });

  it("mounts a blob of another repository instead of sending it", async () => {
    const { descriptor } = await pushed("mount/from", randomBytes(1000));

    const outcome = await client.pushBlob(named("mount/to"), {
      descriptor,
      mountFrom: "mount/from",
      open: () => expect.fail("the bytes were asked for"),
    });

    expect(outcome).toBe("mounted");
  });

  it("says when a blob is there already", async () => {
    const bytes = randomBytes(10);
    const { reference, descriptor } = await pushed("twice", bytes);

    const outcome = await client.pushBlob(reference, {
      descriptor,
      open: () => expect.fail("read"),
    });

    expect(outcome).toBe("present");
  });

  it("puts, resolves, lists and deletes a manifest", async () => {
    const { reference, descriptor: config } = await pushed("managed", Buffer.from("{}"));
    const bytes = manifestOf(config);

    const put = await client.pushManifest(withVersion(reference, { tag: "v1" }), {
      bytes,
      mediaType: mediaTypes.manifest,
    });
    const tagged = withVersion(reference, { tag: "v1" });

    expect(await client.resolve(tagged)).toEqual(put);
    expect(await client.resolve(withVersion(reference, { digest: put.digest }))).toEqual(put);
    expect(Buffer.from((await client.manifest(tagged)).bytes)).toEqual(bytes);
    expect(await client.tags(reference)).toEqual(["v1"]);
    await client.delete(tagged);
    await expect(client.resolve(tagged)).rejects.toMatchObject({ code: "not-found" });
  });

  it("tells an image that does not exist from a registry that does not answer", async () => {
    const absent = client.resolve(named("no/such:image"));
    await expect(absent).rejects.toMatchObject({ code: "not-found", message: /no\/such:image/ });

    const away = client.resolve(parseReference(`127.0.0.1:${await freePort()}/no/such:image`));
    await expect(away).rejects.toMatchObject({ code: "unreachable", message: /nothing listens/ });
  });

  it("refuses to put a manifest under a digest that is not its own", async () => {
    const reference = withVersion(named("wrong"), { digest: digestOf("other") });

    const put = client.pushManifest(reference, {
      bytes: Buffer.from("{}"),
      mediaType: mediaTypes.manifest,
    });

    await expect(put).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  it("takes up a download where the connection broke", async () => {
    const bytes = randomBytes(2_000_000);
    const { descriptor } = await pushed("flaky", bytes);
    await using proxy = await cutting(registry.host, { received: 700_000, times: 2 });

    const got = await collect(client.blob(parseReference(`${proxy.host}/flaky`), descriptor));

    expect(got.equals(bytes)).toBe(true);
    expect(proxy.cuts()).toBe(2);
  });

  it.each([
    ["in one request", 32 << 20],
    ["in chunks", 400_000],
  ])("takes up an upload %s where the connection broke", async (_, chunkBytes) => {
    const bytes = randomBytes(1_000_000);
    await using proxy = await cutting(registry.host, { sent: 250_000, times: 2 });
    const sender = new RegistryClient({ chunkBytes });
    const reference = parseReference(`${proxy.host}/cut/up-${chunkBytes}`);
    const descriptor = { digest: digestOf(bytes), size: bytes.byteLength };

    await sender.pushBlob(reference, {
      descriptor,
      open: (start) => chunks(bytes.subarray(start)),
    });

    const stored = client.blob(named(`cut/up-${chunkBytes}`), descriptor);
    expect((await collect(stored)).equals(bytes)).toBe(true);
    expect(proxy.cuts()).toBe(2);
  });

  it("stops a transfer when asked to", async () => {
    const { reference, descriptor } = await pushed("stopped", randomBytes(500_000));
    const stop = new AbortController();

    const reading = collect(client.blob(reference, descriptor, { signal: stop.signal }));
    stop.abort();

    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  });
});

/** Passes bytes to a registry and resets so many connections after so many bytes in a direction. */
async function cutting(
  host: string,
  limits: { readonly sent?: number; readonly received?: number; readonly times: number },
) {
  const [address, port] = host.split(":");
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    const upstream = connect(Number(port), address);
    const pass = (from: Socket, to: Socket, limit = Number.POSITIVE_INFINITY) => {
      let passed = 0;
      from.on("data", (chunk: Buffer) => {
        passed += chunk.byteLength;
        to.write(chunk);
        if (passed <= limit || cuts >= limits.times) return;
        cuts += 1;
        socket.resetAndDestroy();
        upstream.destroy();
      });
      from.on("close", () => to.destroy()).on("error", () => undefined);
    };
    pass(socket, upstream, limits.sent);
    pass(upstream, socket, limits.received);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  return {
    host: `127.0.0.1:${typeof at === "object" && at ? at.port : 0}`,
    cuts: () => cuts,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("RegistryClient with servers that misbehave", () => {
  it("tries again after server errors, then gives up as unreachable", async () => {
    const answers = [503, 502, 503, 503];
    await using server = await answering((_, reply) =>
      reply.writeHead(answers.shift() ?? 200).end(),
    );

    const asking = client.resolve(parseReference(`${server.host}/x`));

    await expect(asking).rejects.toMatchObject({ code: "unreachable", message: /HTTP 503/ });
    expect(answers.length).toBe(1);
  });

  it("refuses a blob whose bytes are not those of the digest", async () => {
    await using server = await answering((_, reply) => reply.writeHead(200).end("evil"));
    const descriptor = { digest: digestOf("good"), size: 4 };

    const reading = collect(client.blob(parseReference(`${server.host}/x`), descriptor));

    await expect(reading).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  it("refuses a manifest without end", async () => {
    await using server = await answering((_, reply) => {
      reply.writeHead(200, { "content-type": mediaTypes.manifest });
      const more = () => {
        while (!reply.destroyed && reply.write(Buffer.alloc(1 << 16))) continue;
      };
      reply.on("drain", more);
      more();
    });

    const reading = client.manifest(parseReference(`${server.host}/x`));

    await expect(reading).rejects.toMatchObject({ code: "too-large" });
  });

  it("refuses a manifest that is not what its digest header says", async () => {
    await using server = await answering((_, reply) =>
      reply
        .writeHead(200, {
          "content-type": mediaTypes.manifest,
          "docker-content-digest": digestOf("else"),
        })
        .end("{}"),
    );

    await expect(client.manifest(parseReference(`${server.host}/x`))).rejects.toMatchObject({
      code: "digest-mismatch",
    });
  });

  it("refuses an old kind of manifest by name", async () => {
    await using server = await answering((_, reply) =>
      reply
        .writeHead(200, {
          "content-type": "application/vnd.docker.distribution.manifest.v1+prettyjws",
        })
        .end("{}"),
    );

    await expect(client.manifest(parseReference(`${server.host}/x`))).rejects.toMatchObject({
      code: "unsupported",
      message: /prettyjws/,
    });
  });

  it("gives up on a server that accepts and says nothing", async () => {
    const hasty = new RegistryClient({ attempts: 1, timeoutMs: 100 });
    await using server = await answering(() => undefined);

    await expect(hasty.resolve(parseReference(`${server.host}/x`))).rejects.toMatchObject({
      code: "unreachable",
    });
  });

  it("speaks plain HTTP to no registry but this machine's", async () => {
    await using server = await answering((_, reply) => reply.writeHead(200).end());
    const port = server.host.split(":")[1];
    const hasty = new RegistryClient({ attempts: 1, timeoutMs: 2_000 });

    const asking = hasty.resolve(parseReference(`0.0.0.0:${port}/x`));

    await expect(asking).rejects.toMatchObject({ code: "unreachable", message: /https:/ });
    expect(server.requests()).toBe(0);
  });
});

async function answering(answer: Parameters<typeof createServer>[1] & object) {
  let count = 0;
  const server: Server = createServer((request, reply) => {
    count += 1;
    answer(request, reply);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  return {
    host: `127.0.0.1:${typeof at === "object" && at ? at.port : 0}`,
    requests: () => count,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
