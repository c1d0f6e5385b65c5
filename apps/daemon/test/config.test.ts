import { lstat, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Helper, World } from "./support/world.ts";

const FILE = `# ours
endpoints:
  # the big one
  - name: box
    driver: docker
    options:
      host: tcp://box.example:2376 # by TLS
prefer: [box] # first
`;

async function open(text: string): Promise<{ world: World; helper: Helper; file: string }> {
  const world = await World.open();
  const file = await world.file("home/config.yaml", text);
  return { world, helper: await world.start(), file };
}

describe("the configuration", () => {
  it("is shown setting by setting, each with its place", async () => {
    const { world, helper, file } = await open(FILE);
    await using _world = world;

    const { path, entries } = await helper.request("config.show", {});

    expect(path).toBe(file);
    expect(entries).toEqual([
      { key: "failOver", value: false },
      { key: "policy", value: "default" },
      { key: "prefer", value: ["box"], place: { path: file, line: 8, column: 9 } },
      { key: "endpoints.box.driver", value: "docker", place: { path: file, line: 5, column: 13 } },
      {
        key: "endpoints.box.options.host",
        value: "tcp://box.example:2376",
        place: { path: file, line: 7, column: 13 },
      },
    ]);
  });

  it("is changed one setting at a time, comments kept", async () => {
    const { world, helper, file } = await open(FILE);
    await using _world = world;

    await helper.request("config.set", { key: "failOver", text: "true" });
    await helper.request("config.set", { key: "prefer", text: "local, box" });
    await helper.request("config.set", {
      key: "endpoints.box.options.lostAfterSeconds",
      text: "5",
    });
    await helper.request("config.set", { key: "endpoints.near.driver", text: "local" });
    await helper.request("config.unset", { key: "endpoints.box.options.host" });
    await helper.request("config.set", { key: "policy", text: "strict" });

    expect(await readFile(file, "utf8")).toBe(`# ours
endpoints:
  # the big one
  - name: box
    driver: docker
    options:
      lostAfterSeconds: 5
  - name: near
    driver: local
prefer: [local, box] # first
failOver: true
policy: strict
`);
    await helper.request("config.unset", { key: "endpoints.near" });
    const { endpoints } = await helper.request("driver.list", {});
    expect(endpoints.map(({ name }) => name)).not.toContain("near");
  });

  it("takes the list of revoked drivers, the trusted root and where secrets are", async () => {
    const { world, helper, file } = await open("failOver: true # ours\n");
    await using _world = world;

    const { entry } = await helper.request("config.set", {
      key: "revocations",
      text: "{ source: /lists/drivers.json, key: AAAA }",
    });
    expect(entry.value).toEqual({ source: "/lists/drivers.json", key: "AAAA" });
    await helper.request("config.set", { key: "revocations.maxAgeDays", text: "3" });
    await helper.request("config.set", { key: "trustedRoot", text: "/roots/ours.json" });
    await helper.request("config.set", { key: "secrets.hub.token.env", text: "7" });
    await helper.request("config.set", { key: "secrets.hub.token.path", text: "/run/token" });

    expect(await readFile(file, "utf8")).toBe(`failOver: true # ours
revocations:
  source: /lists/drivers.json
  key: AAAA
  maxAgeDays: 3
trustedRoot: /roots/ours.json
secrets:
  hub.token:
    path: /run/token
`);
    const { entries } = await helper.request("config.show", {});
    expect(entries.map(({ key, value }) => [key, value])).toEqual([
      ["failOver", true],
      ["policy", "default"],
      ["prefer", []],
      ["trustedRoot", "/roots/ours.json"],
      ["revocations.source", "/lists/drivers.json"],
      ["revocations.key", "AAAA"],
      ["revocations.maxAgeDays", 3],
      ["secrets.hub.token.path", "/run/token"],
    ]);
    await helper.request("config.unset", { key: "secrets.hub.token.path" });
    await helper.request("config.unset", { key: "revocations" });
    await helper.request("config.unset", { key: "trustedRoot" });
    expect(await readFile(file, "utf8")).toBe("failOver: true # ours\n");
  });

  it("says what a setting lacks that is nothing by itself", async () => {
    const { world, helper } = await open("");
    await using _world = world;

    const set = (key: string, text: string) => helper.request("config.set", { key, text });

    await expect(set("revocations.source", "/lists/drivers.json")).rejects.toMatchObject({
      message: expect.stringContaining("revocations.key: expected the list's public key"),
      data: {
        hint: "Set them together: gantry config set revocations '{source: SOURCE, key: KEY}'",
      },
    });
    await expect(set("secrets.token", "hush")).rejects.toMatchObject({
      message: expect.stringContaining("secrets.token: expected {path: /FILE} or {env: VARIABLE}"),
    });
    await expect(set("trustedRoot", "roots.json")).rejects.toMatchObject({
      message: expect.stringContaining("trustedRoot: expected an absolute path"),
    });
  });

  it("is made when there is none, also behind a link", async () => {
    await using world = await World.open();
    const real = await world.file("elsewhere/config.yaml", "");
    const helper = await world.start();
    await writeFile(join(world.home, "config.yaml"), "");
    await symlink(real, join(world.home, "link"));
    const { rename } = await import("node:fs/promises");
    await rename(join(world.home, "link"), join(world.home, "config.yaml"));

    await helper.request("config.set", { key: "endpoints.one.driver", text: "fake" });

    expect(await readFile(real, "utf8")).toBe("endpoints:\n  - name: one\n    driver: fake\n");
    expect((await lstat(join(world.home, "config.yaml"))).isSymbolicLink()).toBe(true);
  });

  it.each([
    ["endpoints.box.options.hots", "x", "config", /hots/],
    ["endpoints.box.options.tls", "perhaps", "invalid-options", /tls must be boolean/],
    ["endpoints.new.options.host", "x", "config-invalid", /exactly one of driver and command/],
    ["endpoints.Big.driver", "local", "config-invalid", /lower-case/],
    ["endpoints.box.drivr", "local", "not-found", /drivr/],
    ["failover", "true", "not-found", /failover/],
    ["failOver", "perhaps", "config-invalid", /failOver/],
    ["policy", "strikt", "config-invalid", /policy/],
  ])("refuses to set %s to %s, and stays as it is", async (key, text, code, says) => {
    const { world, helper, file } = await open(FILE);
    await using _world = world;

    const refusal: unknown = await helper
      .request("config.set", { key, text })
      .catch((error: unknown) => error);

    const expected = code === "config" ? "invalid-options" : code;
    expect(refusal).toMatchObject({
      data: { code: expected },
      message: expect.stringMatching(says),
    });
    expect(await readFile(file, "utf8")).toBe(FILE);
  });

  it("takes several changes at once: all or none, and shows first what they make of the file", async () => {
    const { world, helper, file } = await open(FILE);
    await using _world = world;
    const changes = [
      { key: "endpoints.box.options.host" },
      { key: "endpoints.box.options.context", value: "9" },
      { key: "endpoints.near", value: { name: "near", driver: "local" } },
      { key: "endpoints.near.options.helperEnvironment", value: {} },
    ];

    await expect(helper.request("config.change", { changes })).rejects.toMatchObject({
      data: { code: "invalid-options" },
      message: expect.stringContaining("helperEnvironment"),
    });
    const good = changes.slice(0, 3);
    const shown = await helper.request("config.change", { changes: good, dryRun: true });
    expect(await readFile(file, "utf8")).toBe(FILE);
    expect(shown).toMatchObject({ path: file, before: FILE });
    await helper.request("config.change", { changes: good });

    expect(await readFile(file, "utf8")).toBe(shown.after);
    expect(shown.after).toBe(`# ours
endpoints:
  # the big one
  - name: box
    driver: docker
    options:
      context: "9"
  - name: near
    driver: local
prefer: [box] # first
`);
    await expect(
      helper.request("config.change", { changes: [{ key: "endpoints.box.options.host" }] }),
    ).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  it("knows what is not set", async () => {
    const { world, helper } = await open(FILE);
    await using _world = world;

    await expect(helper.request("config.unset", { key: "endpoints.gone" })).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });

  it.each([
    ["      hots: x\n", 7, 7, "hots"],
    ["      host: 5\n", 7, 13, "host must be string"],
    ["      host: x\n      tls: [1]\n", 8, 12, "tls must be boolean"],
  ])("that gives an endpoint the option %j is pointed at", async (option, line, column, says) => {
    const { world, helper, file } = await open(FILE.replace(/ {6}host:.*\n/, option));
    await using _world = world;

    const refusal: unknown = await helper
      .request("driver.show", { name: "box" })
      .catch((error: unknown) => error);

    expect(refusal).toMatchObject({
      message: expect.stringContaining(says),
      data: { code: "invalid-options", place: { path: file, line, column } },
    });
  });

  it("that a driver itself refuses is pointed at where the options are", async () => {
    const { world, helper, file } = await open(
      FILE.replace("      host:", "      context: x\n      host:"),
    );
    await using _world = world;

    await expect(helper.request("driver.show", { name: "box" })).rejects.toMatchObject({
      message: expect.stringContaining("exclude each other"),
      data: { code: "invalid-options", place: { path: file, line: 7, column: 7 } },
    });
  });

  it("points at a field that nobody knows, and not at what it stands in", async () => {
    const { world, helper, file } = await open("endpoints:\n  - name: a\n    drivr: local\n");
    await using _world = world;

    await expect(helper.request("driver.list", {})).rejects.toMatchObject({
      data: { code: "config-invalid", place: { path: file, line: 3, column: 5 } },
    });
  });
});

describe("options of endpoints", () => {
  it("are described for an endpoint and for a driver; no engine is asked", async () => {
    const { world, helper } = await open(FILE);
    await using _world = world;

    const box = await helper.request("driver.options", { name: "box" });
    const fake = await helper.request("driver.options", { name: "fake" });

    expect(box).toMatchObject({ driver: "docker", schema: { properties: { host: {} } } });
    expect(fake.schema).toMatchObject({ properties: { script: {} } });
    await expect(helper.request("driver.options", { name: "fak" })).rejects.toMatchObject({
      data: { code: "driver-unknown" },
    });
  });

  it("come from variables before the file", async () => {
    await using world = await World.open([
      { name: "my-fake", driver: "fake", options: { platform: "linux/386" } },
    ]);
    await world.daemon();
    const plain = await world.client();
    const changed = await world.client({
      GANTRY_ENDPOINT_MY_FAKE_PLATFORM: "linux/arm64",
      GANTRY_ENDPOINT_MY_FAKE_FACETS: "[run]",
    });
    const name = "my-fake";

    const before = await plain.request("driver.show", { name });
    const after = await changed.request("driver.show", { name });

    expect(before.endpoint.run?.platforms).toEqual(["linux/386"]);
    expect(after.endpoint.run?.platforms).toEqual(["linux/arm64"]);
    expect(after.endpoint.build).toBeUndefined();
  });
});
