import { describe, expect, it } from "vitest";
import { BrokerWorld, LABELS, OWNER } from "../testing/broker-world.ts";

const messageOf = (body: string): unknown => (JSON.parse(body) as { message: unknown }).message;

const bodyFor = (method: string): { readonly body?: unknown } =>
  method === "POST" || method === "PUT" ? { body: {} } : {};

describe("what belongs to others", () => {
  it.each([
    ["GET", "/containers/other/json"],
    ["POST", "/containers/other/start"],
    ["POST", "/containers/other/stop"],
    ["POST", "/containers/other/kill"],
    ["POST", "/containers/other/wait"],
    ["POST", "/containers/other/update"],
    ["POST", "/containers/other/exec"],
    ["POST", "/containers/other/rename?name=x"],
    ["GET", "/containers/other/logs?stdout=1"],
    ["GET", "/containers/other/archive?path=/"],
    ["PUT", "/containers/other/archive?path=/"],
    ["HEAD", "/containers/other/archive?path=/"],
    ["GET", "/containers/other/export"],
    ["GET", "/containers/other/top"],
    ["GET", "/containers/other/stats"],
    ["DELETE", "/containers/other?force=1"],
    ["POST", "/commit?container=other"],
    ["POST", "/exec/foreign/start"],
    ["GET", "/exec/foreign/json"],
    ["GET", "/networks/foreign"],
    ["DELETE", "/networks/foreign"],
    ["GET", "/volumes/foreign"],
    ["DELETE", "/volumes/foreign"],
    ["GET", "/images/foreign/json"],
    ["GET", "/images/foreign/get"],
    ["GET", "/images/get?names=foreign"],
    ["POST", "/images/foreign/push?tag="],
    ["POST", "/images/foreign/tag?repo=x"],
    ["DELETE", "/images/foreign"],
    ["GET", "/containers/nothing/json"],
  ])("%s %s: it is not there", async (method, path) => {
    await using world = await BrokerWorld.open();

    const { status } = await world.ask(method, path, bodyFor(method));

    expect(path.includes("push") ? [403, 404] : [404]).toContain(status);
    expect(world.engine.received).toEqual([]);
    expect(world.audit).toMatchObject([{ verdict: "denied", owner: OWNER }]);
  });

  it.each([
    ["a network mode", { HostConfig: { NetworkMode: "container:other" } }],
    ["a namespace", { HostConfig: { PidMode: "container:other" } }],
    ["volumes", { HostConfig: { VolumesFrom: ["other"] } }],
    ["a link", { HostConfig: { Links: ["other:x"] } }],
    ["a named volume", { HostConfig: { Binds: ["foreign:/x"] } }],
    [
      "a mounted volume",
      { HostConfig: { Mounts: [{ Type: "volume", Source: "foreign", Target: "/x" }] } },
    ],
    ["a network", { NetworkingConfig: { EndpointsConfig: { foreign: {} } } }],
    ["an image", { Image: "foreign" }],
  ])("a new container cannot have %s of theirs", async (_what, body) => {
    await using world = await BrokerWorld.open();

    expect(await world.ask("POST", "/containers/create", { body })).toMatchObject({ status: 404 });
    expect(world.engine.received).toEqual([]);
  });

  it("names of their images cannot be taken", async () => {
    await using world = await BrokerWorld.open();

    for (const path of [
      "/build?t=foreign",
      "/images/built/tag?repo=foreign",
      "/commit?container=mine&repo=foreign",
    ]) {
      const { status, body } = await world.ask("POST", path, { body: {} });
      expect(status).toBe(403);
      expect(messageOf(body)).toContain("foreign");
    }
    expect(world.engine.received).toEqual([]);
  });

  it("lists hold the owner's things only, whatever the engine gives", async () => {
    await using world = await BrokerWorld.open();
    const items = [{ Id: "1", Labels: LABELS }, { Id: "2", Labels: { a: "b" } }, { Id: "3" }];
    world.engine.answer = (request, response) =>
      response.end(
        JSON.stringify(request.url?.startsWith("/volumes") ? { Volumes: items } : items),
      );

    const filters = encodeURIComponent('{"label":{"x=y":true,"off":false},"status":["running"]}');
    const containers = await world.ask("GET", `/containers/json?all=1&filters=${filters}`);
    const volumes = await world.ask("GET", "/volumes");
    const images = await world.ask("GET", "/images/json");

    expect(JSON.parse(containers.body)).toMatchObject([{ Id: "1" }]);
    expect(JSON.parse(volumes.body)).toMatchObject({ Volumes: [{ Id: "1" }] });
    expect(JSON.parse(images.body)).toEqual([]);
    const sent = new URL(world.engine.received[0]?.url ?? "", "http://x").searchParams.get(
      "filters",
    );
    expect(JSON.parse(sent ?? "")).toEqual({
      label: ["x=y", "dev.gantry.broker=bundle/home/default/hello"],
      status: ["running"],
    });
  });

  it("a container that has the labels from its image is not there", async () => {
    await using world = await BrokerWorld.open();
    const { things } = world.engine;
    things.set("/images/sha256:crafted/json", { Id: "sha256:crafted", Config: { Labels: LABELS } });
    const crafted = { Id: "c".repeat(64), Image: "sha256:crafted", Config: { Labels: LABELS } };
    things.set("/containers/crafted/json", crafted);
    const items = [
      { Id: "c", ImageID: "sha256:crafted", Labels: LABELS },
      { Id: "d", ImageID: "sha256:base", Labels: LABELS },
    ];
    world.engine.answer = (_request, response) => response.end(JSON.stringify(items));

    expect(await world.ask("GET", "/containers/crafted/json")).toMatchObject({ status: 404 });
    const { body } = await world.ask("GET", "/containers/json");
    expect(JSON.parse(body)).toMatchObject([{ Id: "d" }]);
  });

  it("prunes are narrowed to the owner's", async () => {
    await using world = await BrokerWorld.open();

    for (const kind of ["containers", "networks", "volumes", "images"])
      await world.ask("POST", `/${kind}/prune`);

    const asked = world.engine.received.map(({ url }) =>
      new URL(url, "http://x").searchParams.get("filters"),
    );
    const plain = '{"label":["dev.gantry.broker=bundle/home/default/hello"]}';
    expect(asked).toEqual([plain, plain, plain, plain.replace("broker=", "broker.image=")]);
  });

  it("events of theirs do not pass, nor lines that cannot be read", async () => {
    await using world = await BrokerWorld.open();
    const event = (Type: string, Attributes: object): string =>
      `${JSON.stringify({ Type, Action: "start", Actor: { ID: "x", Attributes } })}\n`;
    const image = { "dev.gantry.broker.image": LABELS["dev.gantry.broker"] };
    world.engine.answer = (_request, response) => {
      const lines = [
        event("container", { name: "a" }),
        event("container", { ...LABELS, name: "b" }),
        "{broken\n",
        event("network", LABELS),
        event("image", image),
      ];
      for (const part of lines.join("").match(/.{1,17}|\n/gs) ?? []) response.write(part);
      response.end();
    };

    const { body } = await world.ask("GET", "/events");

    expect(
      body
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { Type: string }).Type),
    ).toEqual(["container", "image"]);
  });
});

describe("labels", () => {
  it("are put on everything that is made", async () => {
    await using world = await BrokerWorld.open();
    const labels = { a: "b" };
    await world.ask("POST", "/containers/create", { body: { Image: "built", Labels: labels } });
    await world.ask("POST", "/networks/create", { body: { Name: "new", Labels: labels } });
    await world.ask("POST", "/volumes/create", { body: { Name: "new", Labels: labels } });

    for (const { body } of world.engine.received)
      expect(JSON.parse(body)).toMatchObject({ Labels: { ...labels, ...LABELS } });
    expect(world.engine.received).toHaveLength(3);
  });

  it("a volume that a container names is made with them first", async () => {
    await using world = await BrokerWorld.open();
    world.engine.answer = (_request, response) => response.end('{"Name":"new"}');

    await world.ask("POST", "/containers/create", { body: { HostConfig: { Binds: ["new:/d"] } } });

    expect(world.engine.received.map(({ url }) => url)).toEqual([
      "/volumes/create",
      "/containers/create",
    ]);
    expect(JSON.parse(world.engine.received[0]?.body ?? "")).toEqual({
      Name: "new",
      Labels: LABELS,
    });
  });

  it("of an image differ from a container's, which a container made from it would inherit", async () => {
    await using world = await BrokerWorld.open();
    await world.ask("POST", `/build?labels=${encodeURIComponent('{"a":"b"}')}&t=new`);
    await world.ask("POST", "/commit?container=mine&changes=ENV%20a=b", {
      body: { Labels: { a: "b" } },
    });
    await world.ask("POST", "/images/create?fromSrc=-&repo=new", { body: "tar" });

    const [built, committed, imported] = world.engine.received;
    const query = (url = ""): URLSearchParams => new URL(url, "http://x").searchParams;
    const own = { "dev.gantry.broker": "", "dev.gantry.broker.image": LABELS["dev.gantry.broker"] };
    expect(JSON.parse(query(built?.url).get("labels") ?? "")).toEqual({ a: "b", ...own });
    expect(JSON.parse(committed?.body ?? "")).toEqual({ Labels: { a: "b", ...own } });
    for (const one of [committed, imported])
      expect(query(one?.url).getAll("changes").slice(-2)).toEqual([
        'LABEL "dev.gantry.broker.image"="bundle/home/default/hello"',
        'LABEL "dev.gantry.broker"=""',
      ]);
  });

  it.each([
    ["the broker's own", { "dev.gantry.broker": "bundle/home/default/victim" }],
    ["the daemon's", { "dev.gantry.run": "01J" }],
  ])("%s cannot be claimed", async (_what, labels) => {
    await using world = await BrokerWorld.open();
    const asked = encodeURIComponent(JSON.stringify(labels));

    for (const [path, body] of [
      ["/containers/create", { Labels: labels }],
      ["/networks/create", { Labels: labels }],
      ["/volumes/create", { Labels: labels }],
      ["/commit?container=mine", { Labels: labels }],
      [`/build?labels=${asked}`, undefined],
    ] as const) {
      expect(await world.ask("POST", path, { body })).toMatchObject({ status: 403 });
    }
    expect(world.engine.received).toEqual([]);
  });

  it("a driver labels its runs itself", async () => {
    await using world = await BrokerWorld.open({}, { kind: "driver", name: "podman" });

    const { status } = await world.ask("POST", "/containers/create", {
      body: { Labels: { "dev.gantry.run": "01J" } },
    });

    expect(status).toBe(200);
  });
});

describe("images that were come by", () => {
  const pull = "/images/create?fromImage=foreign&tag=";

  it("can be used once they were pulled, and not removed when they were there before", async () => {
    await using world = await BrokerWorld.open();
    world.engine.things.set("/images/json?all=1", [{ Id: "sha256:foreign" }]);
    world.engine.answer = (_request, response) =>
      response.end('{"status":"Status: Image is up to date"}\n');

    await world.ask("POST", pull);

    expect(await world.ask("GET", "/images/foreign/json")).toMatchObject({ status: 200 });
    expect(await world.ask("DELETE", "/images/foreign")).toMatchObject({ status: 403 });
  });

  it("stay hidden when the registry did not give them", async () => {
    await using world = await BrokerWorld.open();
    world.engine.things.set("/images/json?all=1", [{ Id: "sha256:foreign" }]);
    world.engine.answer = (_request, response) =>
      response.end('{"status":"Pulling"}\n{"errorDetail":{"message":"no"},"error":"no"}\n');

    await world.ask("POST", pull);

    expect(await world.ask("GET", "/images/foreign/json")).toMatchObject({ status: 404 });
  });

  it("are the owner's to remove when they are new", async () => {
    await using world = await BrokerWorld.open();
    world.engine.things.set("/images/json?all=1", []);
    world.engine.answer = (_request, response) =>
      response.end('{"stream":"Loaded image: foreign\\n"}\n');

    await world.ask("POST", "/images/load?quiet=1", { body: "tar" });

    expect(await world.ask("DELETE", "/images/foreign")).toMatchObject({ status: 200 });
    expect(world.engine.received[0]?.url).toBe("/images/load?quiet=0");
  });

  it("give a name back that an archive took from an image of others", async () => {
    await using world = await BrokerWorld.open();
    const image = { Id: "sha256:before", RepoTags: ["foreign:1"] };
    world.engine.things.set("/images/json?all=1", [image]);
    world.engine.things.set("/images/foreign:1/json", { Id: "sha256:loaded" });
    world.engine.things.set("/images/sha256:before/json", { Id: "sha256:before" });
    const said =
      "The image foreign:1 already exists, renaming the old one with ID sha256:before to empty string";
    world.engine.answer = (_request, response) =>
      response.end(`${JSON.stringify({ stream: said })}\n`);

    await world.ask("POST", "/images/load", { body: "tar" });

    expect(world.engine.received.map(({ url }) => url)).toEqual([
      "/images/load?quiet=0",
      "/images/sha256:before/tag?repo=foreign&tag=1",
    ]);
  });

  it("give a name back also when its client has gone away", async () => {
    await using world = await BrokerWorld.open();
    const image = { Id: "sha256:before", RepoTags: ["foreign:1"] };
    world.engine.things.set("/images/json?all=1", [image]);
    world.engine.things.set("/images/foreign:1/json", { Id: "sha256:loaded" });
    world.engine.things.set("/images/sha256:before/json", { Id: "sha256:before" });
    const [loading, loaded] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    world.engine.answer = (request, response) => {
      if (request.url !== "/images/load?quiet=0") return void response.end();
      response.write('{"stream":"Loading"}\n');
      loading.resolve();
      void loaded.promise.then(() => response.end('{"stream":"Loaded image: foreign:1\\n"}\n'));
    };

    const { request } = world.begin("POST", "/images/load");
    request.end("tar");
    await loading.promise;
    const gone = new Promise((resolve) => request.once("close", resolve));
    request.destroy();
    await gone;
    loaded.resolve();

    await expect
      .poll(() => world.engine.received.map(({ url }) => url))
      .toContain("/images/sha256:before/tag?repo=foreign&tag=1");
  });
});
