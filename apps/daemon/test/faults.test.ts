import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngines } from "../../../tools/engines/start.ts";
import { ChildDaemon } from "./support/child.ts";
import { docker, dockerWorld, ON_DEBIAN } from "./support/docker.ts";
import { apart, type Helper, printed, World, WROTE_STATE } from "./support/world.ts";

const FAKE = fileURLToPath(new URL("../../../libs/drivers/fake/src/main.ts", import.meta.url));
const REAL_DRIVER = [process.execPath, "--conditions=@gantry/source", FAKE];

/** A driver in a process of its own that runs `script`; the pid of that process is in `pid`. */
function separate(world: World, script: readonly unknown[], runFeatures?: readonly string[]) {
  const start = `echo $$ > ${world.dir}/pid; exec ${REAL_DRIVER.join(" ")}`;
  return [
    { name: "maker", driver: "fake", options: { facets: ["build"] } },
    {
      name: "apart",
      command: ["/bin/sh", "-c", start],
      options: {
        facets: ["run"],
        script: [WROTE_STATE, ...script],
        ...(runFeatures === undefined ? {} : { runFeatures }),
      },
    },
  ];
}

function pidOf(world: World): number {
  return Number(readFileSync(join(world.dir, "pid"), "utf8"));
}

async function statusesOf(helper: Helper, name = "sample"): Promise<string[]> {
  return (await helper.request("run.list", { name })).runs.map(({ status }) => status);
}

describe("a driver with a process of its own", () => {
  async function running(script: readonly unknown[], runFeatures?: readonly string[]) {
    const world = await World.open();
    await world.configure(separate(world, script, runFeatures));
    const helper = await world.start();
    const dir = await world.bundle();
    return { world, helper, dir };
  }

  it("is used like any other", async () => {
    const { world, helper, dir } = await running([{ print: "hello\n" }]);
    await using _world = world;

    const { outcome, log } = await helper.install(dir);

    expect(outcome).toMatchObject({
      operation: { status: "succeeded" },
      run: { endpoint: "apart" },
    });
    expect(log).toBe("hello\n");
  });

  it("that crashes in a run is started anew, and the run is followed to its end", async () => {
    const { world, helper, dir } = await running([
      { print: "up\n" },
      { sleepMs: 1_000 },
      { print: "done\n" },
    ]);
    await using _world = world;
    const started = await helper.begin(dir);
    await helper.said(started, printed("up"));
    process.kill(pidOf(world), "SIGKILL");

    const { outcome, log, events } = await helper.finish(started);

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
    expect(log).toBe("up\ndone\n");
    expect(events).toContainEqual(
      expect.objectContaining({ event: expect.objectContaining({ kind: "notice" }) }),
    );
    expect(await statusesOf(helper)).toEqual(["succeeded"]);
  });

  it("that crashes and cannot find its run again fails the action at once, and is started anew for the next", async () => {
    const { world, helper, dir } = await running([{ print: "up\n" }, { sleepMs: 3_000 }], []);
    await using _world = world;
    const started = await helper.begin(dir);
    await helper.said(started, printed("up"));
    process.kill(pidOf(world), "SIGKILL");

    const { outcome } = await helper.finish(started);

    expect(outcome.operation.failure).toMatchObject({
      code: "driver-lost",
      message: expect.stringContaining("apart"),
    });
    expect(await statusesOf(helper)).toEqual(["unknown"]);
    await world.configure(separate(world, [], []));
    expect((await helper.install(dir)).outcome.operation).toMatchObject({ status: "succeeded" });
  });

  it("that hangs lets its operation go after the second cancel", async () => {
    const { world, helper, dir } = await running([{ print: "up\n" }, { sleepMs: 60_000 }]);
    await using _world = world;
    const started = await helper.begin(dir);
    await helper.said(started, printed("up"));
    process.kill(pidOf(world), "SIGSTOP");
    try {
      await helper.request("operation.cancel", started);
      await helper.request("operation.cancel", { ...started, kill: true });
      const { outcome } = await helper.finish(started);

      expect(outcome.operation).toMatchObject({
        status: "canceled",
        failure: { message: expect.stringContaining("does not react") },
      });
      expect(await statusesOf(helper)).toEqual(["canceled"]);
      const { endpoints } = await helper.request("driver.list", {});
      expect(endpoints.find(({ name }) => name === "apart")?.probe.state).toBe("unavailable");
    } finally {
      process.kill(pidOf(world), "SIGKILL");
    }
  }, 60_000);

  it("that hangs does not keep the daemon from leaving", async () => {
    await using world = await World.open();
    await world.configure(separate(world, [{ print: "up\n" }, { sleepMs: 3_000 }]));
    const dir = await world.bundle();
    const daemon = ChildDaemon.start(world);
    const helper = await daemon.client();
    const started = await helper.begin(dir);
    await helper.said(started, printed("up"));
    const hung = pidOf(world);
    process.kill(hung, "SIGSTOP");

    expect(await daemon.kill("SIGTERM")).toEqual({ code: 0, signal: null });

    expect(() => process.kill(hung, 0)).toThrow("ESRCH");
    const { outcome } = await (await ChildDaemon.start(world).client()).finish(started);

    expect(outcome.operation).toMatchObject({ status: "succeeded" });
  }, 60_000);

  const broken: readonly (readonly [string, string, string])[] = [
    ["prints garbage", "while read line; do echo '{{{ not json'; done", "protocol"],
    ["ends at once", "exit 1", "driver-lost"],
    ["does not exist", "", "driver-lost"],
  ];

  it.each(broken)(
    "that %s is told so",
    async (_what, script, code) => {
      const command = script === "" ? ["/nowhere/driver"] : ["/bin/sh", "-c", script];
      await using world = await World.open([...apart([]), { name: "odd", command }]);
      const helper = await world.start();

      const { outcome } = await helper.install(await world.bundle(), { driver: "odd" });

      expect(outcome.operation.failure).toMatchObject({ hint: expect.any(String) });
      expect([code, "timeout", "protocol", "driver-lost"]).toContain(
        outcome.operation.failure?.code,
      );
      expect((await helper.request("installation.list", {})).installations).toEqual([]);
    },
    40_000,
  );
});

const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write("skipped: a full disk: mounting a small one needs root\n");

describe.skipIf(!isRoot)("a disk that is full", () => {
  it("fails what runs as no-space, keeps what was stored, and is over once there is room", async () => {
    await using world = await World.open();
    await mkdir(world.home, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "tmpfs", world.home]);
    try {
      await world.configure(apart([]));
      const daemon = ChildDaemon.start(world);
      const helper = await daemon.client();
      const dir = await world.bundle();
      expect((await helper.install(dir)).outcome.operation.status).toBe("succeeded");
      const lines = apart([
        { lines: 2_000_000, prefix: "a long line that fills the disk up quickly " },
      ]);
      await world.configure(lines);

      const full = await helper.act("upgrade", "sample");

      expect(full.outcome.operation).toMatchObject({
        status: "failed",
        failure: { code: "no-space", hint: expect.stringContaining("GANTRY_HOME") },
      });
      await removeLargest(join(world.home, "operations"));
      await world.configure(apart([]));
      expect((await helper.act("upgrade", "sample")).outcome.operation).toMatchObject({
        status: "succeeded",
      });
      const statuses = await statusesOf(helper);
      expect([statuses[0], statuses.at(-1)]).toEqual(["succeeded", "succeeded"]);
      expect(["failed", "unknown"]).toContain(statuses[1]);
      await daemon.kill("SIGKILL");
    } finally {
      execFileSync("umount", ["-l", world.home]);
    }
  }, 60_000);
});

async function removeLargest(dir: string): Promise<void> {
  const names = await readdir(dir);
  const files = await Promise.all(
    names.map(async (name) => ({ name, size: (await readFile(join(dir, name))).length })),
  );
  const [largest] = files.toSorted((a, b) => b.size - a.size);
  if (largest !== undefined) await rm(join(dir, largest.name));
}

describe.skipIf(!docker.available || !isRoot)("an engine that dies", () => {
  const scope = new AsyncDisposableStack();
  let host = "";

  beforeAll(async () => {
    const { GANTRY_TEST_DOCKER_HOST: _, ...env } = process.env;
    const signal = AbortSignal.timeout(100_000);
    const engines = scope.use(
      await startEngines({ want: ["docker", "registry", "baseImages"], signal, env }),
    );
    host = engines.env["GANTRY_TEST_DOCKER_HOST"] ?? "";
  }, 120_000);

  afterAll(() => scope.disposeAsync());

  it("in a run, then in a build: each fails as lost with what to do, and the claim is closed", async () => {
    await using world = await dockerWorld(host);
    const helper = await world.start();
    const dir = await world.bundle(
      { ...ON_DEBIAN, install: [{ exec: { command: "./wait.sh" } }] },
      { "wait.sh": "#!/bin/sh\necho up\nsleep 60\n" },
    );
    const run = await helper.begin(dir);
    await helper.said(run, printed("up"));
    const base = docker.available ? docker.base : "";
    const template = `FROM ${base}\nRUN echo building && sleep 60\n`;
    const slow = await world.bundle({ name: "slow" }, { "template.Dockerfile": template });
    const build = await helper.request("bundle.build", { source: { dir: slow } });
    await helper.said(build, printed("building"));
    process.kill(enginePid(host.replace("unix://", "")), "SIGKILL");

    const [ran, built] = await Promise.all([helper.finish(run), helper.finish(build)]);

    expect(["engine-lost", "run-lost"]).toContain(ran.outcome.operation.failure?.code);
    expect(ran.outcome.operation.failure?.hint).toBeTruthy();
    expect(await statusesOf(helper)).toEqual(["unknown"]);
    expect(["engine-lost", "engine-unavailable"]).toContain(built.outcome.operation.failure?.code);
    expect(built.outcome.operation.failure?.hint).toBeTruthy();
    const again = await helper.install(dir, { driver: "engine" });
    expect(again.outcome.operation.failure).toMatchObject({ code: "engine-unavailable" });
    expect(await statusesOf(helper)).toHaveLength(1);
  }, 90_000);
});

/** The pid, as this namespace sees it, of the engine that keeps its data beside `socket`. */
function enginePid(socket: string): number {
  const root = `--data-root=${join(dirname(socket), "data")}`;
  const found = readdirSync("/proc").find((name) => {
    const [program = "", ...args] = commandOf(name);
    return basename(program) === "dockerd" && args.includes(root);
  });
  if (found === undefined) throw new TypeError(`no engine has ${root}`);
  return Number(found);
}

function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    // No process, or one that ended meanwhile.
    return [];
  }
}
