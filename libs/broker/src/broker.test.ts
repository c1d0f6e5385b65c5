import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { openBroker } from "./broker.ts";
import { ALL, BrokerWorld, LABELS, OWN_ID, OWNER } from "./testing/broker-world.ts";

const messageOf = (body: string): unknown => (JSON.parse(body) as { message: unknown }).message;

const bodyFor = (method: string): { readonly body?: unknown } =>
  method === "POST" || method === "PUT" ? { body: {} } : {};

describe("the socket", () => {
  it("is its owner's alone, and goes away with the broker", async () => {
    const world = await BrokerWorld.open();
    const { listenPath } = world.broker;
    expect(statSync(listenPath).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(listenPath)).mode & 0o777).toBe(0o700);
    await world[Symbol.asyncDispose]();
    expect(existsSync(listenPath)).toBe(false);
  });

  it("takes the place of one that a killed process left", async () => {
    await using world = await BrokerWorld.open();
    const again = { engine: world.engine, listenPath: world.broker.listenPath, owner: OWNER };
    await using _second = await openBroker({
      ...again,
      mode: 0o666,
      power: { calls: ALL, reach: [] },
      labels: LABELS,
      audit: () => undefined,
    });

    expect((await world.ask("GET", "/_ping")).status).toBe(200);
    expect(statSync(world.broker.listenPath).mode & 0o777).toBe(0o666);
  });

  it("says so when its path is too long", async () => {
    const request = { engine: { socketPath: "/x" }, owner: OWNER, labels: LABELS };
    const power = { calls: ALL, reach: [] };
    const listenPath = `/tmp/${"x".repeat(120)}/s`;

    await expect(
      openBroker({ ...request, power, listenPath, audit: () => undefined }),
    ).rejects.toMatchObject({
      name: "BrokerError",
      code: "path-too-long",
    });
  });

  it("answers for an engine that is away, and writes down that nothing could be decided", async () => {
    await using world = await BrokerWorld.open();
    world.engine.stop();

    const ping = await world.ask("GET", "/_ping");
    const inspect = await world.ask("GET", "/containers/mine/json");

    expect([ping.status, inspect.status]).toEqual([502, 502]);
    expect(messageOf(ping.body)).toContain("did not answer");
    expect(world.audit.at(-1)).toMatchObject({
      verdict: "denied",
      reason: expect.stringContaining("engine"),
    });
  });
});

describe("a grant", () => {
  it.each([
    ["POST", "/containers/create", "run"],
    ["POST", "/v1.41/containers/mine/exec", "exec"],
    ["POST", "/build", "build"],
    ["GET", "/images/json", "images"],
    ["GET", "/networks", "networks"],
    ["GET", "/volumes", "volumes"],
  ] as const)(
    "without it, %s %s is refused by the name of the power",
    async (method, path, call) => {
      await using world = await BrokerWorld.open({ calls: ALL.filter((one) => one !== call) });

      const { status, body } = await world.ask(method, path, bodyFor(method));

      expect(status).toBe(403);
      expect(messageOf(body)).toContain(`"calls: ${call}"`);
      expect(world.engine.received).toEqual([]);
    },
  );

  it("does not hold for what is no call of a power", async () => {
    await using world = await BrokerWorld.open({
      reach: ["privileged", "capabilities", "host-mounts", "host-namespaces", "raw-socket"],
    });

    for (const path of ["/swarm/init", "/plugins/pull", "/build/prune", "/containers/mine/copy"]) {
      expect(await world.ask("POST", path, { body: {} })).toMatchObject({ status: 403 });
    }
    expect(world.engine.received).toEqual([]);
  });

  it("does not hold for Podman behind Docker's interface", async () => {
    await using world = await BrokerWorld.open();
    world.engine.things.set("/version", { Components: [{ Name: "Podman Engine" }] });

    const { status, body } = await world.ask("GET", "/containers/mine/json");

    expect([status, messageOf(body)]).toEqual([403, expect.stringContaining("is Podman")]);
    expect(world.engine.received).toEqual([]);
    expect((await world.ask("GET", "/version")).status).toBe(200);
  });

  it("parameters that are not known, or are there twice, are refused", async () => {
    await using world = await BrokerWorld.open();

    const unknown = await world.ask("POST", "/build?cgroupparent=/");
    const twice = await world.ask("POST", "/build?networkmode=none&networkmode=host");

    expect([unknown.status, twice.status]).toEqual([403, 403]);
    expect(world.engine.received).toEqual([]);
  });
});

describe("what the engine gets", () => {
  it("is written anew: a field that is there twice is one, headers and a start's body are left out", async () => {
    await using world = await BrokerWorld.open();
    const twice = '{"Image":"built","HostConfig":{"Privileged":true},"HostConfig":{}}';
    await world.ask("POST", "/v1.41/containers/create?name=x", {
      body: twice,
      headers: { "X-Evil": "1", Cookie: "c" },
    });
    await world.ask("POST", "/containers/mine/start", {
      body: { Privileged: true, Binds: ["/:/h"] },
    });

    const [created, started] = world.engine.received;
    expect(JSON.parse(created?.body ?? "")).toEqual({
      Image: "built",
      HostConfig: {},
      Labels: LABELS,
    });
    expect(created).toMatchObject({
      url: "/v1.41/containers/create?name=x",
      headers: { "content-type": "application/json" },
    });
    expect(Object.keys(created?.headers ?? {}).toSorted()).toEqual([
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
    ]);
    expect(started).toMatchObject({ url: `/containers/${OWN_ID}/start`, body: "" });
  });

  it("no form, whose fields an engine takes for parameters", async () => {
    await using world = await BrokerWorld.open();

    await world.ask("POST", "/build?networkmode=none", {
      body: "networkmode=host&remote=http://x",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });

    expect(world.engine.received[0]?.headers["content-type"]).toBe("application/x-tar");
  });

  it.each([
    ["a context that the engine fetches", "/build?remote=https://example.invalid/x.git"],
    ["the host's network", "/build?networkmode=host"],
    ["another's network", "/build?networkmode=container:other"],
    [
      "an output with a name",
      `/build?outputs=${encodeURIComponent('[{"Type":"moby","Attrs":{"name":"foreign"}}]')}`,
    ],
    ["an output that is pushed", `/build?outputs=${encodeURIComponent('[{"Type":"image"}]')}`],
    ["an import that the engine fetches", "/images/create?fromSrc=http://127.0.0.1/x"],
    ["all of BuildKit", "/grpc"],
  ])("a build cannot have %s", async (_what, path) => {
    await using world = await BrokerWorld.open();

    expect((await world.ask("POST", path)).status).toBeGreaterThanOrEqual(403);
    expect(world.engine.received).toEqual([]);
  });

  it("a body that is no JSON, or too much of it, is refused", async () => {
    await using world = await BrokerWorld.open();

    const broken = await world.ask("POST", "/containers/create", { body: "{" });
    const list = await world.ask("POST", "/containers/create", { body: [] });
    const large = await world.ask("POST", "/containers/create", {
      body: { Image: "x".repeat(5_000_000) },
    });

    expect([broken.status, list.status, large.status]).toEqual([400, 400, 413]);
    expect(world.engine.received).toEqual([]);
  });
});

describe("slow clients", () => {
  it("hold nobody up", async () => {
    await using world = await BrokerWorld.open();
    const slow = Array.from({ length: 50 }, () => world.connect());
    for (const socket of slow)
      socket.write("POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 100\r\n\r\n{");

    const { status } = await world.ask("GET", "/_ping");

    expect(status).toBe(200);
    for (const socket of slow) socket.destroy();
  });

  it("with large headers are served up to a bound", async () => {
    await using world = await BrokerWorld.open();
    const headers = { "X-Registry-Auth": "a".repeat(50_000) };
    world.engine.things.set("/images/json?all=1", []);

    const { status } = await world.ask("POST", "/images/create?fromImage=x&tag=y", { headers });

    expect(status).toBe(200);
    expect(world.engine.received[0]?.headers["x-registry-auth"]).toHaveLength(50_000);
  });
});

describe("the audit", () => {
  it("has every call, with its template and nothing of what was in it", async () => {
    await using world = await BrokerWorld.open();
    const secret = "s3cr3t";
    await world.ask("POST", `/containers/create?name=${secret}`, {
      body: { Image: "built", Env: [`A=${secret}`] },
      headers: { "X-Registry-Auth": secret },
    });
    await world.ask("GET", `/containers/${secret}/json`);
    await world.ask("POST", `/${secret}/x`);
    await world.ask("POST", "/swarm/init");
    await world.ask("GET", "/_ping");

    expect(world.audit.map(({ method, path, verdict }) => `${verdict} ${method} ${path}`)).toEqual([
      "allowed POST /containers/create",
      "denied GET /containers/{container}/json",
      "denied POST (unknown)",
      "denied POST /swarm/...",
      "allowed GET /_ping",
    ]);
    await world.ask("POST", "/containers/create", { body: { "\u001b[31m": 1 } });
    expect(world.audit.at(-1)?.reason).toContain("Field ?[31m");
    expect(JSON.stringify(world.audit)).not.toContain(secret);
    for (const entry of world.audit) expect(Date.parse(entry.time)).toBeGreaterThan(0);
  });
});
