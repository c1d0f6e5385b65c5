import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { apart, World } from "./support/world.ts";

const SECRET = "s3cr3t-horse-battery";

/** Every byte of every file below `dir`. */
async function bytesBelow(dir: string): Promise<Buffer> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(
    await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))),
  );
}

describe("the life of an installation", () => {
  it("[R-08, R-09] is installed, upgraded with another version, invoked and uninstalled, each on record", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const custom = {
      status: [{ exec: { command: "true" } }],
      customActions: { status: { modifies: false } },
    };
    const dir = await world.bundle(custom);

    await helper.install(dir, { labels: { team: "blue" } });
    const source = { dir: await world.bundle({ ...custom, version: "0.0.9" }) };
    await helper.act("upgrade", "sample", { source });
    await helper.act("status", "sample");
    const { outcome } = await helper.act("uninstall", "sample");

    expect(outcome.operation.status).toBe("succeeded");
    const { runs } = await helper.request("run.list", { name: "sample" });
    expect(runs.map(({ action, status, version }) => [action, status, version])).toEqual([
      ["install", "succeeded", "0.1.0"],
      ["upgrade", "succeeded", "0.0.9"],
      ["status", "succeeded", "0.0.9"],
      ["uninstall", "succeeded", "0.0.9"],
    ]);
    const { installation } = await helper.request("installation.show", { name: "sample" });
    expect(installation).toMatchObject({
      labels: { team: "blue" },
      status: { action: "uninstall", resultStatus: "succeeded", installed: expect.any(String) },
      _calculated: { displayInstallationState: "uninstalled" },
    });
  });

  it("refuses what its state does not allow, unless forced", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle();
    const codeOf = async (
      work: Promise<{ outcome: { operation: { failure?: { code: string } } } }>,
    ) => (await work).outcome.operation.failure?.code;

    expect(await codeOf(helper.act("upgrade", "sample"))).toBe("input-invalid");
    expect(await codeOf(helper.act("upgrade", "sample", { source: { dir } }))).toBe("not-found");
    expect(await codeOf(helper.install(dir))).toBeUndefined();
    expect(await codeOf(helper.install(dir))).toBe("state-refused");
    expect(await codeOf(helper.install(dir, { force: true }))).toBeUndefined();
    expect(await codeOf(helper.act("nonsense", "sample"))).toBe("input-invalid");
    await expect(helper.request("installation.delete", { name: "sample" })).rejects.toMatchObject({
      data: { code: "state-refused" },
    });
    expect(await codeOf(helper.act("uninstall", "sample"))).toBeUndefined();
    expect(await codeOf(helper.act("upgrade", "sample"))).toBe("state-refused");
    await helper.request("installation.delete", { name: "sample" });
    expect((await helper.request("installation.list", {})).installations).toEqual([]);
  });

  it("is gone, with logs and outputs, after uninstall with delete", async () => {
    await using world = await World.open(
      apart([{ write: "big", text: "x".repeat(300_000) }, { print: "hello\n" }]),
    );
    const helper = await world.start();
    const dir = await world.bundle({ outputs: [{ name: "big", type: "string" }] });
    await helper.install(dir);

    const { outcome, log } = await helper.act("uninstall", "sample", { delete: true });

    expect(outcome.operation.status).toBe("succeeded");
    expect(log).toBe("hello\n");
    expect((await helper.request("installation.list", {})).installations).toEqual([]);
    expect(await readdir(join(world.home, "outputs"))).toEqual([]);
    expect(await readdir(join(world.home, "operations"))).toEqual([]);
    const { operations } = await helper.request("operation.list", {});
    expect(operations.map(({ kind }) => kind)).toEqual(["uninstall"]);
    expect(await helper.finish({ operationId: outcome.operation.id })).toMatchObject({
      events: [],
    });
  });

  it("keeps its record when the uninstall fails, unless forceDelete is given", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    await helper.install(await world.bundle());
    await world.configure(apart([{ exit: 3 }]));

    const kept = await helper.act("uninstall", "sample", { delete: true });
    expect(kept.outcome.operation).toMatchObject({
      status: "failed",
      failure: { code: "action-failed" },
    });
    expect((await helper.request("installation.list", {})).installations).toHaveLength(1);

    await helper.act("uninstall", "sample", { forceDelete: true });
    expect((await helper.request("installation.list", {})).installations).toEqual([]);
  });

  it("is worked on by one operation at a time", async () => {
    await using world = await World.open(apart([{ print: "up\n" }, { sleepMs: 60_000 }]));
    const helper = await world.start();
    const dir = await world.bundle();
    const first = await helper.begin(dir);

    await expect(helper.begin(dir)).rejects.toMatchObject({
      data: { code: "busy" },
      message: /install/,
    });
    await expect(
      helper.request("installation.delete", { name: "sample", force: true }),
    ).rejects.toMatchObject({ data: { code: "busy" } });
    const other = await helper.begin(dir, { namespace: "other" });

    for (const { operationId } of [first, other]) {
      await helper.request("operation.cancel", { operationId });
      expect((await helper.finish({ operationId })).outcome.operation.status).toBe("canceled");
    }
  });
});

describe("parameters and outputs", () => {
  const parameters = [
    { name: "port", type: "integer", default: 80 },
    { name: "ratio", type: "number", default: 0.5 },
    { name: "on", type: "boolean", default: false },
    { name: "list", type: "array", default: [] },
    { name: "map", type: "object", default: {} },
    { name: "notes", type: "file", path: "/cnab/app/notes", default: "" },
    { name: "late", type: "string", default: "x", applyTo: ["upgrade"] },
    { name: "fixed", type: "string", default: "first", readOnly: true },
  ];

  it("[C-04] are converted, completed, limited to their actions and kept between runs", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle(
      { parameters },
      { "map.json": '{"a":[1]}', "notes.txt": "caf\u00e9\n" },
    );
    const text = (value: string) => ({ kind: "text", text: value }) as const;

    const { outcome } = await helper.install(dir, {
      parameters: {
        port: text("8080"),
        on: text("TRUE"),
        list: { kind: "json", value: [1, "two"] },
        map: text("@map.json"),
        notes: text("notes.txt"),
      },
    });
    expect(outcome.operation.status).toBe("succeeded");
    const second = await helper.act("upgrade", "sample", {
      parameters: { port: text("81"), fixed: text("second") },
    });

    const { runs } = await helper.request("run.list", { name: "sample" });
    expect(runs[0]?.parameters).toEqual({
      port: 8080,
      ratio: 0.5,
      on: true,
      list: [1, "two"],
      map: { a: [1] },
      notes: Buffer.from("caf\u00e9\n").toString("base64"),
      fixed: "first",
    });
    expect(runs[1]?.parameters).toMatchObject({ port: 81, on: true, late: "x", fixed: "first" });
    expect(second.events.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({
        kind: "notice",
        level: "warning",
        text: expect.stringContaining('"fixed"'),
      }),
    );
  });

  it("debug is set for one run only", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle({ parameters: [] });
    await helper.install(dir, { debug: true });
    await helper.act("upgrade", "sample");

    const { installation } = await helper.request("installation.show", { name: "sample" });
    expect(installation._calculated.resolvedParameters).toEqual([]);
  });

  it("pass the state and outputs of one run on to the next", async () => {
    await using world = await World.open(apart([{ write: "address", text: "10.0.0.1" }]));
    const helper = await world.start();
    const dir = await world.bundle({
      outputs: [{ name: "address", type: "string", applyTo: ["install"] }],
      parameters: [{ name: "where", type: "string", default: "", source: { output: "address" } }],
    });
    await helper.install(dir);
    await helper.act("upgrade", "sample");

    const { runs } = await helper.request("run.list", { name: "sample" });
    expect(runs.map((run) => run.parameters["where"])).toEqual(["", "10.0.0.1"]);
  });

  it("give an output's default, and fail for one that was not written", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const outputs = [{ name: "mode", type: "string", default: "plain" }];
    const good = await helper.install(await world.bundle({ outputs }));
    const bad = await helper.install(
      await world.bundle({
        name: "other",
        outputs: [...outputs, { name: "address", type: "string" }],
      }),
    );

    expect(good.outcome.run?.outputs).toEqual([
      { name: "mode", type: "string", sensitive: false, size: 5, value: "plain" },
    ]);
    expect(bad.outcome.operation).toMatchObject({
      status: "failed",
      failure: { code: "output-missing", message: expect.stringContaining('"address"') },
    });
  });

  it("take nothing whose path climbs", async () => {
    const script = [
      { write: "small", text: "ok" },
      { write: "../../../etc/passwd", text: "root" },
      { write: "small/../../state.db", text: "x" },
      { write: "/absolute", text: "x" },
    ];
    await using world = await World.open(apart(script));
    const helper = await world.start();
    const dir = await world.bundle({ outputs: [{ name: "small", type: "string" }] });

    const { outcome } = await helper.install(dir);

    expect(outcome.run?.outputs.map(({ name, value }) => [name, value])).toEqual([["small", "ok"]]);
    expect(await readdir(join(world.home, "outputs"))).toEqual([]);
    expect((await helper.request("installation.list", {})).installations).toHaveLength(1);
  });
});

describe("secrets", () => {
  it("[B-23, C-05, P-23] are shown nowhere and stored nowhere in clear text", async () => {
    await using world = await World.open(
      apart([
        { print: `credential ${SECRET}-cred and parameter ${SECRET}-param\n` },
        { print: `pin 482915\n` },
        { write: "token", text: `${SECRET}-out` },
      ]),
    );
    const helper = await world.start();
    const dir = await world.bundle({
      credentials: [{ name: "key", env: "KEY" }],
      parameters: [
        { name: "password", type: "string", sensitive: true },
        { name: "pin", type: "integer", sensitive: true },
      ],
      outputs: [{ name: "token", type: "string", sensitive: true }],
    });

    const { outcome, log, events } = await helper.install(dir, {
      credentials: { key: `${SECRET}-cred` },
      parameters: {
        password: { kind: "text", text: `${SECRET}-param` },
        pin: { kind: "json", value: 482_915 },
      },
    });

    expect(outcome.operation.status).toBe("succeeded");
    const { id: operationId } = outcome.operation;
    expect(await helper.request("operation.request", { operationId })).toMatchObject({
      request: { kind: "install", parameters: {}, withheld: ["password", "pin", "key"] },
    });
    expect(log).toBe("credential ******* and parameter *******\npin *******\n");
    const answers = [
      events,
      outcome,
      await helper.request("installation.show", { name: "sample" }),
      await helper.request("run.list", { name: "sample" }),
      await helper.request("output.list", { name: "sample" }),
    ];
    // The password is required: the upgrade finds it in the claim.
    const upgraded = await helper.act("upgrade", "sample", {
      credentials: { key: `${SECRET}-cred` },
    });
    expect(upgraded.outcome.operation.status).toBe("succeeded");
    expect(upgraded.log).toBe(log);
    expect(JSON.stringify(answers)).not.toMatch(new RegExp(`${SECRET}|482915`));
    const { outputs } = await helper.request("output.list", { name: "sample", reveal: true });
    expect(outputs).toMatchObject([{ name: "token", value: `${SECRET}-out` }]);
    // What the fake engine keeps of its script is not ours.
    const ours = ["state.db", "state.db-wal", "operations", "outputs", "config.yaml"];
    const parts = await Promise.all(
      ours.slice(0, 2).map((name) => readFile(join(world.home, name)).catch(() => Buffer.alloc(0))),
    );
    const stored = Buffer.concat([
      ...parts,
      await bytesBelow(join(world.home, "operations")),
      await bytesBelow(join(world.home, "outputs")),
    ]);
    expect(stored.length).toBeGreaterThan(1_000);
    expect(stored.includes(SECRET)).toBe(false);
    expect(stored.includes("482915")).toBe(false);
    for (const name of ["state.db", "key"])
      expect((await stat(join(world.home, name))).mode & 0o777).toBe(0o600);
  });
});
