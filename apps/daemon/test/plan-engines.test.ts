import { localDriver } from "@gantry/driver-local";
import { TempDir } from "@gantry/process";
import { runtimeFor } from "@gantry/run-tool";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alteringProxy } from "./support/altering-proxy.ts";
import { containersOf, docker, dockerHost, dockerWorld } from "./support/docker.ts";
import { type Fields, type Helper, World } from "./support/world.ts";

/** Why no sandbox can be made here. */
async function whyNoSandbox(): Promise<string | undefined> {
  await using dir = await TempDir.create("gantry-sandbox-");
  await using driver = localDriver.create({}, { stateDir: dir.path, contentDir: dir.path });
  const { state, problems } = await driver.probe(AbortSignal.timeout(10_000));
  return state === "unavailable" ? problems.map(({ text }) => text).join(" ") : undefined;
}

const noSandbox = await whyNoSandbox();
if (noSandbox !== undefined)
  process.stderr.write(`skipped: plans of the local driver: ${noSandbox}\n`);

const LOOK = [
  { exec: { command: "cat", arguments: ["/data/told"] } },
  { exec: { command: "grep", arguments: ["-E", "CapBnd|Uid", "/proc/self/status"] } },
];

/** CAP_CHOWN alone, as the kernel writes it. */
const CHOWN_ALONE = /CapBnd:\s+0+1\n/;

/** Plans and runs a bundle that looks at what it has; gives both. */
async function planAndRun(world: World, helper: Helper, build: Fields) {
  const dir = await world.bundle({ dockerfile: undefined, name: "planned", install: LOOK });
  await world.file("data/told", "told by the host\n");
  const mounts = [{ source: `${world.dir}/data`, target: "/data", readOnly: true }];
  const options = { mounts, capabilities: ["CAP_CHOWN"], network: "none" };
  await helper.build(dir, build);
  const request = { source: { dir }, cwd: dir, action: "install", ...options };
  const { plan } = await helper.request("installation.plan", request);
  const finished = await helper.install(dir, { ...options, approves: plan.digest });
  return { plan, finished, mounts };
}

describe.skipIf(!docker.available)("on a real Docker engine", { timeout: 180_000 }, () => {
  it("what was planned is what runs", async () => {
    await using world = await dockerWorld();
    const helper = await world.start();

    const { plan, finished, mounts } = await planAndRun(world, helper, {});

    expect(plan).toMatchObject({ mounts, capabilities: ["CAP_CHOWN"], network: "none" });
    expect(plan).toMatchObject({ user: "65532", privileged: false, missing: [], problems: [] });
    expect(finished.outcome.operation.failure).toBeUndefined();
    expect(finished.log).toContain("told by the host");
    expect(finished.log).toMatch(/Uid:\s+65532/);
    expect(finished.log).toMatch(CHOWN_ALONE);
  });

  it("every power at once is what was granted, and nothing is taken for something else", async () => {
    await using world = await dockerWorld();
    const helper = await world.start();
    const required = [{ docker: { privileged: true } }];
    const look = [{ exec: { command: "ls", arguments: ["/var/run/docker.sock", "/data"] } }];
    const dir = await world.bundle({
      dockerfile: undefined,
      name: "mighty",
      required,
      install: look,
    });
    await world.file("data/told", "");

    const { outcome } = await helper.install(dir, {
      allowDockerHostAccess: true,
      privileged: true,
      capabilities: ["CAP_CHOWN"],
      mounts: [{ source: `${world.dir}/data/`, target: "/data", readOnly: false }],
      network: "host",
      memoryBytes: 512 * 1024 * 1024,
      cpus: 1.5,
      pids: 200,
    });

    expect(outcome.operation.failure).toBeUndefined();
    const { grants } = await helper.request("grant.list", { name: "mighty" });
    expect(grants.map(({ power, asker }) => `${power} ${asker}`)).toEqual([
      "capability operator",
      "engine-socket bundle",
      "mount operator",
      "network operator",
      "privileged bundle",
    ]);
  });
});

describe.skipIf(!docker.available)(
  "a container that somebody altered",
  { timeout: 180_000 },
  () => {
    const scope = new AsyncDisposableStack();
    const alteration = { of: {} as Fields };
    let world: World;
    let helper: Helper;

    beforeAll(async () => {
      world = scope.use(await World.open());
      world.findRuntime = runtimeFor;
      const alter = (config: Fields): Fields => ({ ...config, ...alteration.of });
      const host = await alteringProxy(world, dockerHost(), alter);
      await world.configure([
        { name: "engine", driver: "docker", options: { host: dockerHost() } },
        { name: "altered", driver: "docker", options: { host } },
      ]);
      helper = await world.start();
      const dir = await world.bundle({ dockerfile: undefined, name: "altered", install: SLEEP });
      await helper.build(dir, { driver: "engine" });
    }, 180_000);
    afterAll(() => scope.disposeAsync());

    it.each([
      ["privileged", { Privileged: true }, "is privileged"],
      ["files", { Binds: ["/:/host:ro"] }, "has the mount /:/host:ro"],
      ["capability", { CapAdd: ["SYS_ADMIN"] }, "has the capability CAP_SYS_ADMIN"],
      ["default", { CapDrop: [] }, "has the capability CAP_AUDIT_WRITE"],
      ["network", { NetworkMode: "host" }, "is on the network host instead of default"],
    ])("is stopped and gone: %s", async (name, change, says) => {
      alteration.of = change;
      const dir = join(world.dir, "bundles/altered");

      const { outcome } = await helper.install(dir, { driver: "altered", installation: name });

      expect(outcome.operation.failure).toMatchObject({
        code: "run-differs",
        message: expect.stringContaining(says),
      });
      const { runs } = await helper.request("run.list", { name });
      expect(runs).toMatchObject([{ status: "failed" }]);
      expect(await containersOf(name)).toEqual([]);
    });
  },
);

describe.skipIf(noSandbox !== undefined)("in a real sandbox", { timeout: 180_000 }, () => {
  it("what was planned is what runs", async () => {
    await using world = await World.open([{ name: "near", driver: "local" }]);
    world.findRuntime = runtimeFor;
    const helper = await world.start();
    const buildArgs = { BASE: "gantry.local/userland:latest" };

    const { plan, finished, mounts } = await planAndRun(world, helper, { buildArgs });

    expect(plan).toMatchObject({ mounts, capabilities: ["CAP_CHOWN"], network: "none" });
    expect(finished.outcome.operation.failure).toBeUndefined();
    expect(finished.log).toContain("told by the host");
    expect(finished.log).toMatch(CHOWN_ALONE);
  });
});

const SLEEP = [{ exec: { command: "sleep", arguments: ["600"] } }];
