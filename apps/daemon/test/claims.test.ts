import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { apart, logOf, World } from "./support/world.ts";

/** The claims as they are on disk. */
function claimRows(world: World): unknown[] {
  using database = new DatabaseSync(join(world.home, "state.db"), { readOnly: true });
  return database.prepare("SELECT * FROM claim ORDER BY id").all();
}

describe("claims", () => {
  it("[C-01, C-02, C-06, E-01, E-03] keep every action with its final status, and an error closes no way", async () => {
    await using world = await World.open(apart([{ exit: 7 }]));
    const helper = await world.start();
    const dir = await world.bundle();
    const failed = await helper.install(dir);
    await world.configure(apart([{ lose: "the machine burnt down" }]));
    const lost = await helper.act("upgrade", "sample");
    await world.configure(apart([]));
    const again = await helper.install(dir);

    expect(failed.outcome).toMatchObject({
      operation: {
        status: "failed",
        failure: { code: "action-failed", message: expect.stringContaining("exit code 7") },
      },
      run: { exitCode: 7, recorded: true },
    });
    expect(lost.outcome.operation.failure).toMatchObject({
      code: "run-lost",
      message: expect.stringContaining("burnt down"),
    });
    expect(again.outcome.operation.status).toBe("succeeded");
    const { runs } = await helper.request("run.list", { name: "sample" });
    expect(runs.map(({ action, status }) => [action, status])).toEqual([
      ["install", "failed"],
      ["upgrade", "unknown"],
      ["install", "succeeded"],
    ]);
    expect(runs.every(({ stopped }) => stopped !== null)).toBe(true);
  });

  it("[C-01] are written before the action starts and never changed after", async () => {
    await using world = await World.open(apart([{ print: "up\n" }, { sleepMs: 300 }]));
    const helper = await world.start();
    const started = await helper.begin(await world.bundle());
    await helper.said(started, ({ event }) => event.kind === "log");
    const before = claimRows(world);
    await helper.finish(started);
    await helper.act("upgrade", "sample");

    expect(before).toHaveLength(1);
    expect(claimRows(world)[0]).toEqual(before[0]);
    expect(claimRows(world)).toHaveLength(2);
  });

  it("say canceled for a run that was cancelled, and failed for one that never started", async () => {
    const events: unknown[] = [{ print: "up\n" }, { sleepMs: 60_000 }];
    await using world = await World.open(apart(events));
    const helper = await world.start();
    const dir = await world.bundle();
    const started = await helper.begin(dir);
    await helper.said(started, ({ event }) => event.kind === "log");
    await helper.request("operation.cancel", started);
    const canceled = await helper.finish(started);
    await world.configure(
      apart([], { failures: { start: { code: "no-space", message: "full" } } }),
    );
    const unstarted = await helper.install(dir);

    expect(canceled.outcome.operation).toMatchObject({
      status: "canceled",
      failure: { code: "canceled" },
    });
    expect(unstarted.outcome.operation.failure).toMatchObject({
      code: "no-space",
      message: "full",
    });
    const { runs } = await helper.request("run.list", { name: "sample" });
    expect(runs.map(({ status }) => status)).toEqual(["canceled", "failed"]);
  });

  it("[A-04] are not made for a stateless action, which needs no installation", async () => {
    await using world = await World.open(apart([{ print: "advice\n" }]));
    const helper = await world.start();
    const dir = await world.bundle({
      advise: [{ exec: { command: "true" } }],
      customActions: { advise: { stateless: true } },
      credentials: [{ name: "key", env: "KEY", required: true }],
    });

    const { outcome, log } = await helper.act("advise", "nobody", { source: { dir } });

    expect(outcome).toMatchObject({ operation: { status: "succeeded" }, run: { recorded: false } });
    expect(log).toBe("advice\n");
    expect((await helper.request("installation.list", {})).installations).toEqual([]);
  });

  it("leave the log when logs are kept, and none with logs off", async () => {
    await using world = await World.open(apart([{ print: "hello\n" }]));
    const helper = await world.start();
    const dir = await world.bundle();
    await helper.install(dir);
    const lines: string[] = [];
    for await (const event of helper.client.call("log.read", { name: "sample" }))
      lines.push(event.text);
    const { events } = await helper.act("upgrade", "sample", { logs: false });

    expect(lines).toEqual(["hello\n"]);
    expect(logOf(events)).toMatch(/^(hello\n)?$/);
    await expect(helper.request("log.read", { name: "sample" })).rejects.toMatchObject({
      data: { code: "not-found", hint: expect.stringContaining("--no-logs") },
    });
  });
});

describe("extensions", () => {
  it("[X-01] that are required and unknown are refused before anything runs", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle({ required: [{ "org.example.magic": {} }] });

    const { outcome } = await helper.install(dir);

    expect(outcome.operation.failure).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("org.example.magic"),
    });
    expect((await helper.request("installation.list", {})).installations).toEqual([]);
  });

  it("that give the bundle the engine need the operator's word", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle({ required: ["docker"] });

    const { outcome } = await helper.install(dir);

    expect(outcome.operation.failure).toMatchObject({
      code: "not-granted",
      hint: expect.stringContaining("--allow-docker-host-access"),
    });
  });
});
