import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { ChildDaemon } from "./support/child.ts";
import { containersOf, docker, dockerHost, ON_DEBIAN } from "./support/docker.ts";
import { apart, logOf, printed, World } from "./support/world.ts";

const LINES = Array.from({ length: 40 }, (_, n) => [
  { print: `line ${n + 1}\n` },
  { sleepMs: 100 },
]);

describe("a daemon that is killed", () => {
  it("[C-10] in a run: the next one follows it on, without gap or repeat, and records it", async () => {
    await using world = await World.open(
      apart([...LINES.flat(), { write: "address", text: "10.0.0.1" }]),
    );
    const dir = await world.bundle({ outputs: [{ name: "address", type: "string" }] });
    const first = ChildDaemon.start(world);
    const helper = await first.client();
    const started = await helper.begin(dir);
    await helper.said(started, printed("line 10\n"));
    await first.kill("SIGKILL");

    const next = await ChildDaemon.start(world).client();
    await expect(next.begin(dir)).rejects.toMatchObject({ data: { code: "busy" } });
    const { events, outcome } = await next.finish(started);

    expect(outcome).toMatchObject({
      operation: { status: "succeeded" },
      run: { recorded: true, outputs: [{ name: "address", value: "10.0.0.1" }] },
    });
    expect(logOf(events)).toBe(LINES.map((_, n) => `line ${n + 1}\n`).join(""));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, n) => n + 1));
    const { runs } = await next.request("run.list", { name: "sample" });
    expect(runs.map(({ status }) => status)).toEqual(["succeeded"]);
    expect(await readdir(join(world.home, "drivers/runner/runs"))).toEqual([]);
  });

  it("in a run: the next one masks what the first one masked, and keeps it no longer than the run", async () => {
    const script = LINES.flatMap(([line, pause]) => [
      line,
      { print: "key is s3cr3t-value\n" },
      pause,
    ]);
    await using world = await World.open(apart(script));
    const dir = await world.bundle({ credentials: [{ name: "key", env: "KEY", required: true }] });
    const first = ChildDaemon.start(world);
    const helper = await first.client();
    const started = await helper.begin(dir, { credentials: { key: "s3cr3t-value" } });
    await helper.said(started, printed("line 10\n"));
    await first.kill("SIGKILL");
    // The fake engine's script has it, and it alone.
    const holders = await filesWith(world.home, "s3cr3t-value");
    expect(holders.filter((path) => !/config\.yaml$|\/drivers\//u.test(path))).toEqual([]);

    const next = await ChildDaemon.start(world).client();
    const { events, outcome } = await next.finish(started);

    expect(outcome.operation.status).toBe("succeeded");
    const log = logOf(events);
    expect(log).not.toContain("s3cr3t");
    expect(log.match(/key is \*{7}\n/gu)).toHaveLength(LINES.length);
    const database = new DatabaseSync(join(world.home, "state.db"), { readOnly: true });
    expect(database.prepare("SELECT sealed_secrets FROM operation").all()).toEqual([
      { sealed_secrets: null },
    ]);
    database.close();
  });

  it("in a build: the operation is interrupted, and nothing of it is used", async () => {
    await using world = await World.open();
    const slow = await world.bundle(
      {},
      { "template.Dockerfile": "FROM fake/base\nRUN sleep 60\n" },
    );
    const first = ChildDaemon.start(world);
    const helper = await first.client();
    const started = await helper.request("bundle.build", { source: { dir: slow } });
    await helper.said(
      started,
      ({ event }) => event.kind === "step" && event.title.includes("sleep"),
    );
    await first.kill("SIGKILL");

    const next = await ChildDaemon.start(world).client();
    const { outcome } = await next.finish(started);

    expect(outcome.operation).toMatchObject({
      status: "interrupted",
      failure: {
        message: expect.stringContaining("in the middle of the build"),
        hint: expect.any(String),
      },
    });
    const refused = await next.install(slow, { autobuild: false });
    expect(refused.outcome.operation.failure).toMatchObject({
      code: "state-refused",
      message: expect.stringContaining("never been built"),
    });
    const quick = await world.bundle();
    expect((await next.install(quick)).outcome.operation.status).toBe("succeeded");
  });

  it("whose engine forgot the run: the claim is unknown, and everything stays possible", async () => {
    await using world = await World.open(apart([{ print: "up\n" }, { sleepMs: 60_000 }]));
    const dir = await world.bundle();
    const first = ChildDaemon.start(world);
    const helper = await first.client();
    const started = await helper.begin(dir);
    await helper.said(started, printed("up"));
    await first.kill("SIGKILL");
    await rm(join(world.home, "drivers/runner/runs"), { recursive: true });
    await world.configure(apart([]));

    const next = await ChildDaemon.start(world).client();
    const { outcome } = await next.finish(started);

    expect(outcome.operation).toMatchObject({ status: "failed", failure: { code: "run-lost" } });
    const { runs } = await next.request("run.list", { name: "sample" });
    expect(runs.map(({ status }) => status)).toEqual(["unknown"]);
    expect((await next.install(dir)).outcome.operation.status).toBe("succeeded");
  });

  it.skipIf(!docker.available)(
    "in a run on a real engine: log, output and result are whole, no container is left",
    async () => {
      await using world = await World.open([
        { name: "engine", driver: "docker", options: { host: dockerHost() } },
      ]);
      const script =
        "#!/bin/sh\nfor n in $(seq 1 30); do echo line $n; sleep 0.1; done\nprintf 42 > /cnab/app/outputs/answer\n";
      const dir = await world.bundle(
        {
          ...ON_DEBIAN,
          name: "killed",
          install: [{ exec: { command: "./count.sh" } }],
          outputs: [{ name: "answer", type: "integer" }],
        },
        { "count.sh": script },
      );
      const first = ChildDaemon.start(world);
      const helper = await first.client();
      const started = await helper.begin(dir);
      await helper.said(started, printed("line 5\n"));
      await first.kill("SIGKILL");

      const next = await ChildDaemon.start(world).client();
      const { log, outcome } = await next.finish(started);

      expect(outcome).toMatchObject({
        operation: { status: "succeeded" },
        run: { outputs: [{ name: "answer", value: "42" }] },
      });
      expect(log.match(/^line \d+$/gm)).toEqual(
        Array.from({ length: 30 }, (_, n) => `line ${n + 1}`),
      );
      expect(await containersOf("killed")).toEqual([]);
    },
    60_000,
  );
});

describe("a daemon that is asked to leave", () => {
  it("lets its runs go on, and the next one takes them up", async () => {
    await using world = await World.open(apart(LINES.slice(0, 20).flat()));
    const dir = await world.bundle();
    const first = ChildDaemon.start(world);
    const helper = await first.client();
    const started = await helper.begin(dir);
    await helper.said(started, printed("line 3\n"));
    await expect(helper.request("daemon.stop", {})).rejects.toMatchObject({
      data: { code: "busy", hint: expect.stringContaining("--force") },
    });
    await helper.request("daemon.stop", { force: true });
    expect(await first.exited).toEqual({ code: 0, signal: null });

    const next = await ChildDaemon.start(world).client();
    const { log, outcome } = await next.finish(started);

    expect(outcome.operation.status).toBe("succeeded");
    expect(log).toBe(Array.from({ length: 20 }, (_, n) => `line ${n + 1}\n`).join(""));
  });
});

describe("a client that disappears", () => {
  it("takes nothing with it: the operation goes on, and another client sees it all", async () => {
    await using world = await World.open(apart(LINES.slice(0, 10).flat()));
    await world.daemon();
    const dir = await world.bundle();
    const gone = await world.client();
    const started = await gone.begin(dir);
    const watching = gone.said(started, () => false).catch(() => undefined);
    await gone.said(started, printed("line 2\n"));
    await gone.client[Symbol.asyncDispose]();
    await watching;

    const { log, outcome } = await (await world.client()).finish(started);

    expect(outcome.operation.status).toBe("succeeded");
    expect(log).toBe(Array.from({ length: 10 }, (_, n) => `line ${n + 1}\n`).join(""));
  });
});

describe("the daemon's process", () => {
  it("leaves with SIGTERM, its socket gone; a second one for the home is refused", async () => {
    await using world = await World.open();
    const first = ChildDaemon.start(world);
    await first.client();
    const second = ChildDaemon.start(world);

    expect(await second.exited).toEqual({ code: 3, signal: null });
    expect(second.stderr.join("")).toContain('"code":"busy"');
    expect(await first.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    expect(await readdir(world.home)).not.toContain("gantryd.sock");
  });

  it("leaves when idle, but not while somebody is there", async () => {
    await using world = await World.open();
    const daemon = ChildDaemon.start(world, { env: { GANTRY_IDLE_SECONDS: "0.4" } });
    const helper = await daemon.client();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await helper.request("daemon.status", {})).idleSeconds).toBe(0.4);
    await helper.client[Symbol.asyncDispose]();

    expect(await daemon.exited).toEqual({ code: 0, signal: null });
  });

  it.each(["soon", "-1", "0"])("refuses %j as idle seconds", async (seconds) => {
    await using world = await World.open();
    const daemon = ChildDaemon.start(world, { args: [`--idle-seconds=${seconds}`] });

    expect(await daemon.exited).toEqual({ code: 70, signal: null });
    expect(daemon.stderr.join("")).toContain("GANTRY_IDLE_SECONDS");
  });

  it("answers its handshake before any driver is loaded", async () => {
    await using world = await World.open();
    const tracer = await world.file("trace.mjs", TRACER);
    const trace = await world.file("trace.txt", "");
    const env = { NODE_OPTIONS: `--import=${tracer}`, TRACE: trace };
    const helper = await ChildDaemon.start(world, { env }).client();
    await helper.request("installation.list", {});
    const before = await readFile(trace, "utf8");
    await helper.build(await world.bundle());
    const after = await readFile(trace, "utf8");

    expect(before).toContain("/apps/daemon/src/daemon.ts");
    expect(before).not.toMatch(/libs\/drivers|dockerode/);
    expect(after).toContain("/libs/drivers/fake/");
    expect(after).not.toContain("dockerode");
  });
});

/** Writes down every module that is loaded. */
const TRACER = `import { registerHooks } from "node:module";
import { appendFileSync } from "node:fs";
registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.TRACE, url + "\\n");
    return next(url, context);
  },
});
`;

/** The files in and below `dir` that hold `text`. */
async function filesWith(dir: string, text: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  return paths.filter((_, at) => contents[at]?.includes(text));
}
