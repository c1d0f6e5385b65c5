import { mkdir, rm, stat } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { METHODS, PROTOCOL_VERSION, toOpenRpc, initialize } from "@gantry/protocol";
import { connectWebSocket, Peer } from "@gantry/rpc";
import { describe, expect, it } from "vitest";
import { apart, World } from "./support/world.ts";

async function peerOf(world: World): Promise<Peer> {
  return world.use(new Peer(await connectWebSocket(`ws+unix:${world.home}/gantryd.sock:/`)));
}

describe("the daemon's protocol", () => {
  it("tells who it is and what it serves", async () => {
    await using world = await World.open();
    await world.daemon();
    const peer = await peerOf(world);

    const answer = await peer.request(initialize, {
      client: { name: "test", version: "0" },
      protocol: PROTOCOL_VERSION,
    });

    expect(answer).toEqual({
      daemon: { version: "0.0.0-test", pid: process.pid, home: world.home },
      protocol: PROTOCOL_VERSION,
      methods: Object.keys(METHODS),
      isLeaving: false,
    });
  });

  it("parts with a client of another version, saying what to do", async () => {
    await using world = await World.open();
    await world.daemon();
    const peer = await peerOf(world);
    const other = { client: { name: "test", version: "9.9.9" }, protocol: 99 };

    await expect(peer.request(initialize, other)).rejects.toMatchObject({
      message: expect.stringMatching(/0\.0\.0-test.*9\.9\.9/),
      data: { code: "protocol-version", hint: expect.stringContaining("gantry daemon stop") },
    });
  });

  it("describes exactly its methods", async () => {
    await using world = await World.open();
    const helper = await world.start();

    const document = await helper.request("rpc.discover", {});

    const expected = toOpenRpc(Object.values(METHODS), { title: "gantryd", version: "0.0.0-test" });
    expect(document).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it("refuses params that do not fit, and serves on", async () => {
    await using world = await World.open();
    const helper = await world.start();

    const wrong = { source: { dir: 7 } };
    await expect(helper.request("bundle.build", wrong as never)).rejects.toMatchObject({
      rpcCode: -32602,
      message: expect.stringContaining("source.dir"),
    });
    await expect(
      helper.finish({ operationId: "01ARZ3NDEKTSV4RRFFQ69G5FAV" }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
    expect((await helper.request("daemon.status", {})).runningOperations).toBe(0);
  });

  it("listens privately, also where a socket was left behind", async () => {
    await using world = await World.open();
    const socket = join(world.home, "gantryd.sock");
    const stale = createServer().listen(socket);
    await new Promise((resolve) => stale.once("listening", resolve));
    // Closed without the file going, as after a crash.
    stale.close();
    await world.file("home/gantryd.sock", "");

    await world.daemon();

    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    expect((await stat(join(world.home, "operations"))).mode & 0o077).toBe(0);
    const status = await (await world.client()).request("daemon.status", {});
    expect(status.clients).toBe(1);
    expect(status.connections).toMatchObject([{ name: expect.any(String) }]);
  });

  it("survives what is no JSON-RPC", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const socket = connect(join(world.home, "gantryd.sock"));
    socket.end("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    const answer: string[] = [];
    for await (const data of socket) answer.push(String(data));

    expect(answer.join("")).toContain("426");
    expect((await helper.request("daemon.status", {})).pid).toBe(process.pid);
  });
});

describe("operations", () => {
  it("can be cancelled before their run starts, and say so", async () => {
    const slow = apart([], { delaysMs: { inspect: 60_000 } });
    await using world = await World.open(slow);
    const helper = await world.start();
    const dir = await world.bundle();
    const started = await helper.begin(dir);
    await helper.said(
      started,
      ({ event }) => event.kind === "notice" && event.text.startsWith("Running with"),
    );
    await helper.request("operation.cancel", started);

    const { outcome } = await helper.finish(started);

    expect(outcome.operation).toMatchObject({ status: "canceled", failure: { code: "canceled" } });
    expect((await helper.request("installation.list", {})).installations).toEqual([]);
    expect((await helper.begin(dir)).operationId).toBeTruthy();
  });

  it("can be cancelled in a build, and the next build of the source waits its turn", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const slow = "FROM fake/base\nRUN sleep 60\n";
    const dir = await world.bundle({}, { "template.Dockerfile": slow });
    const first = await helper.request("bundle.build", { source: { dir } });
    await helper.said(first, ({ event }) => event.kind === "step" && event.title.includes("sleep"));
    const second = await helper.request("bundle.build", { source: { dir } });
    const waiting = await helper.request("bundle.build", { source: { dir } });
    await helper.request("operation.cancel", waiting);

    expect((await helper.finish(waiting)).outcome.operation.status).toBe("canceled");
    await world.bundle();
    await helper.request("operation.cancel", first);
    const ends = [await helper.finish(first), await helper.finish(second)];
    expect(ends.map(({ outcome }) => outcome.operation.status)).toEqual(["canceled", "succeeded"]);
  });

  it("do not begin without a log, and leave nothing held", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle();
    await rm(join(world.home, "operations"), { recursive: true });
    await world.file("home/operations", "no directory");

    await expect(helper.begin(dir)).rejects.toMatchObject({ data: { code: "internal" } });

    const { operations } = await helper.request("operation.list", {});
    expect(operations).toMatchObject([{ status: "failed", failure: { code: "internal" } }]);
    await rm(join(world.home, "operations"));
    await mkdir(join(world.home, "operations"));
    expect((await helper.install(dir)).outcome.operation.status).toBe("succeeded");
  });

  it("are followed from any position, and known after their end", async () => {
    await using world = await World.open(apart([{ print: "a\n" }, { print: "b\n" }]));
    const helper = await world.start();
    const started = await helper.begin(await world.bundle());
    const { events } = await helper.finish(started);
    const rest: number[] = [];
    for await (const { seq } of helper.client.watch(started.operationId, { after: 3 }))
      rest.push(seq);

    expect(rest).toEqual(events.slice(3).map(({ seq }) => seq));
    const { operations } = await helper.request("operation.list", {});
    expect(operations).toMatchObject([{ id: started.operationId, status: "succeeded" }]);
  });

  it("find an unchanged bundle up to date, and tell what changed", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle({}, { "data.txt": "one" });
    await helper.build(dir);
    const same = await helper.build(dir);
    await world.bundle({}, { "data.txt": "two" });
    const changed = await helper.build(dir);

    expect(same.outcome.build?.upToDate).toBe(true);
    expect(changed.outcome.build?.upToDate).toBe(false);
    expect(JSON.stringify(changed.events)).toContain("Building anew: data.txt changed.");
    const { operations } = await helper.request("operation.list", {});
    expect(operations.map(({ kind, bundle }) => `${kind} ${bundle}`)).toEqual(
      Array.from({ length: 3 }, () => "build sample"),
    );
  });

  it("give the bundle back that a failed build took away", async () => {
    await using world = await World.open();
    const helper = await world.start();
    const dir = await world.bundle();
    await helper.build(dir);
    const before = await world.read("bundles/sample/.cnab/bundle.json");
    await world.bundle({}, { "template.Dockerfile": "FROM fake/base\nRUN exit 1\n" });
    expect((await helper.build(dir)).outcome.operation.status).toBe("failed");
    await world.bundle();

    const { outcome } = await helper.build(dir);

    expect(outcome.build?.upToDate).toBe(true);
    expect(await world.read("bundles/sample/.cnab/bundle.json")).toBe(before);
  });
});

describe("endpoints", () => {
  it("are listed with what each can do, also the broken ones", async () => {
    await using world = await World.open([
      { name: "good", driver: "fake" },
      { name: "bad", driver: "fake", options: { nonsense: true } },
      { name: "gone", command: ["/nowhere/driver"] },
    ]);
    const helper = await world.start();

    const { endpoints } = await helper.request("driver.list", { start: true });
    const shown = await helper.request("driver.show", { name: "good" });

    expect(endpoints.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["good", "bad", "gone", "local", "docker", "debug"]),
    );
    const states = new Map(endpoints.map(({ name, probe }) => [name, probe]));
    expect(states.get("good")?.state).toBe("ready");
    for (const name of ["bad", "gone"]) {
      expect(states.get(name)).toMatchObject({
        state: "unavailable",
        problems: [{ fix: expect.any(String) }],
      });
    }
    expect(shown).toMatchObject({
      endpoint: { driver: "fake", origin: "configured" },
      optionsSchema: { type: "object" },
    });
  });
});
