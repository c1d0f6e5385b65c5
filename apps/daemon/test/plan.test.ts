import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Plan } from "@gantry/protocol";
import { describe, expect, it } from "vitest";
import { ChildDaemon } from "./support/child.ts";
import { apart, type Fields, type Helper, World } from "./support/world.ts";

/** What the fake driver must declare to be asked for powers. */
const ABLE = {
  runFeatures: [
    "capabilities",
    "engine-socket",
    "memory-limit",
    "mounts",
    "network-default",
    "network-host",
    "network-none",
    "observe",
    "privileged",
    "recover",
  ],
};

const ASKING = { custom: { "dev.gantry.powers": { capabilities: ["CHOWN"] } } };

async function plan(helper: Helper, action: string, options: Fields): Promise<Plan> {
  const cwd = typeof options["cwd"] === "string" ? options["cwd"] : "/";
  const given = { source: {}, ...options, cwd, action };
  return (await helper.request("installation.plan", given)).plan;
}

describe("a plan", () => {
  it("looks for engines where the client's own environment says they are", async () => {
    await using world = await World.open([...apart([]), { name: "docker", driver: "docker" }]);
    await world.daemon();
    const helper = await world.client({ DOCKER_HOST: "unix:///nowhere/of-the-client.sock" });
    const dir = await world.bundle();

    const shown = await plan(helper, "install", { source: { dir }, driver: "docker" });

    expect(JSON.stringify(shown)).toContain("/nowhere/of-the-client.sock");
  });

  it("shows a bundle that was never built, and makes nothing", async () => {
    await using world = await World.open(apart([], ABLE));
    const helper = await world.start();
    const dir = await world.bundle({
      credentials: [{ name: "token", env: "TOKEN" }],
      parameters: [{ name: "secret", type: "string", sensitive: true, default: "hunter2" }],
      outputs: [{ name: "answer", type: "string", default: "none" }],
    });

    const shown = await plan(helper, "install", {
      source: { dir },
      mounts: [{ source: "/srv", target: "/data", readOnly: false }],
      memoryBytes: 1024,
    });

    expect(shown).toMatchObject({
      image: { state: "to-build", changed: [] },
      endpoint: { name: "runner", passedOver: [{ endpoint: "maker", requirement: "run" }] },
      mounts: [{ source: "/srv", target: "/data", readOnly: false }],
      limits: { memoryBytes: 1024 },
      secrets: ["secret", "token"],
      requested: [{ power: "mount", value: "/srv:/data:rw" }],
      missing: [],
      changes: { since: null },
    });
    expect(shown.environment).toContainEqual({ name: "TOKEN", sensitive: true });
    expect(shown.outputs).toContainEqual(expect.objectContaining({ name: "answer" }));
    expect(shown.problems).toEqual([expect.stringContaining("credential token")]);
    expect(JSON.stringify(shown)).not.toContain("hunter2");
    expect(await readdir(dir)).toEqual(["porter.yaml", "template.Dockerfile"]);
    expect((await helper.request("installation.list", {})).installations).toEqual([]);
    expect((await helper.request("operation.list", {})).operations).toEqual([]);
  });

  it("needs no engine: it says that one is away, and shows the image of the last build", async () => {
    await using world = await World.open(apart([], ABLE));
    const helper = await world.start();
    const dir = await world.bundle();
    const { outcome } = await helper.install(dir);
    const probe = { state: "unavailable", problems: [{ text: "it sleeps", fix: "wake it" }] };
    await world.configure(apart([], { ...ABLE, probe, failures: FAILING }));

    const shown = await plan(helper, "upgrade", { source: { dir } });
    const named = await plan(helper, "upgrade", { source: { dir }, driver: "runner" });

    expect(shown.image).toMatchObject({
      state: "built",
      id: outcome.build?.imageId,
      platform: "linux/amd64",
    });
    expect(shown.endpoint).toMatchObject({ name: "runner", away: "is away: it sleeps" });
    expect(shown.problems).toEqual([]);
    expect(named.endpoint).toMatchObject({
      reason: "runner, as asked",
      away: "is away: it sleeps",
    });
  });

  it("is what runs: the approved one is carried out, any other is refused", async () => {
    await using world = await World.open(apart([], ABLE));
    const helper = await world.start();
    const dir = await world.bundle();
    const { digest } = await plan(helper, "install", { source: { dir } });

    const wider = await helper.install(dir, { approves: digest, capabilities: ["CAP_KILL"] });
    const same = await helper.install(dir, { approves: digest });
    const built = await plan(helper, "upgrade", { source: { dir } });
    await world.file("bundles/sample/new.txt", "x");
    const rebuilt = await helper.act("upgrade", "sample", {
      source: { dir },
      approves: built.digest,
    });

    expect(wider.outcome.operation.failure).toMatchObject({ code: "plan-changed" });
    expect(same.outcome.operation.status).toBe("succeeded");
    expect(rebuilt.outcome.operation.failure).toMatchObject({ code: "plan-changed" });
  });

  it("shows the difference to the one that was approved last", async () => {
    await using world = await World.open(apart([], ABLE));
    const helper = await world.start();
    const dir = await world.bundle();
    await helper.install(dir, { capabilities: ["CAP_KILL"], network: "host" });

    const same = await plan(helper, "upgrade", { source: { dir } });
    const other = await plan(helper, "upgrade", {
      source: { dir },
      network: "none",
      mounts: [{ source: "/a", target: "/b", readOnly: true }],
    });

    expect(same.changes).toMatchObject({ since: expect.any(String), added: [], removed: [] });
    const ofRecord = await plan(helper, "upgrade", { installation: "sample" });
    expect(ofRecord.changes).toMatchObject({ added: [], removed: [] });
    expect(other.changes).toMatchObject({
      added: ["network none", "the mount /a:/b:ro"],
      removed: ["network host"],
    });
  });

  it("of an installation needs its name alone, and of a bundle.json its file", async () => {
    await using world = await World.open(apart([], ABLE));
    const helper = await world.start();
    const { outcome } = await helper.install(await world.bundle());

    const byName = await plan(helper, "upgrade", { installation: "sample" });
    const cnabFile = outcome.build?.bundleFile ?? "";
    const byFile = await plan(helper, "install", { source: { cnabFile }, force: true });

    expect(byName).toMatchObject({
      image: { state: "built", id: outcome.build?.imageId, platform: "linux/amd64" },
      user: "65532",
      problems: [],
    });
    expect(byFile).toMatchObject({ image: { state: "named" }, bundle: { name: "sample" } });
  });

  it("says why the action would be refused, where a run is refused", async () => {
    await using world = await World.open(apart([], ABLE));
    const helper = await world.start();
    const dir = await world.bundle(ASKING);

    const shown = await plan(helper, "upgrade", { source: { dir } });

    expect(shown.missing).toEqual([
      { power: "capability", value: "CAP_CHOWN", flag: "--cap-add CHOWN" },
    ]);
    expect(shown.capabilities).toEqual([]);
    expect(shown.problems).toEqual([
      expect.stringContaining("--cap-add CHOWN"),
      expect.stringContaining("There is no installation sample"),
    ]);
  });
});

const FAILING = {
  inspect: { code: "engine-unavailable" },
  start: { code: "engine-unavailable" },
};

describe("grants", () => {
  it("are kept with the installation, used by later runs, shown, and gone when revoked", async () => {
    await using world = await World.open(apart([], ABLE));
    const helper = await world.start();
    const dir = await world.bundle(ASKING);
    const key = { name: "sample" };

    const refused = await helper.install(dir);
    const granted = await helper.install(dir, { capabilities: ["CAP_CHOWN"] });
    const later = await helper.act("upgrade", "sample");
    const { installation } = await helper.request("installation.show", key);
    const power = { power: "capability" as const, value: "CAP_CHOWN" };
    await helper.request("grant.revoke", { ...key, powers: [power] });
    const after = await helper.act("upgrade", "sample");

    expect(refused.outcome.operation.failure).toMatchObject({
      code: "not-granted",
      message: expect.stringContaining("CAP_CHOWN"),
      hint: expect.stringContaining("--cap-add CHOWN"),
    });
    expect(granted.outcome.operation.status).toBe("succeeded");
    expect(later.outcome.operation.status).toBe("succeeded");
    expect(installation.grants).toEqual([power]);
    expect(after.outcome.operation.failure?.code).toBe("not-granted");
    expect((await helper.request("grant.list", key)).grants).toEqual([]);
  });

  it("that were never given cannot be revoked", async () => {
    await using world = await World.open(apart([], ABLE));
    const helper = await world.start();
    await helper.install(await world.bundle());

    const revoking = helper.request("grant.revoke", {
      name: "sample",
      powers: [{ power: "privileged", value: "" }],
    });

    await expect(revoking).rejects.toMatchObject({ data: { code: "not-found" } });
  });

  it("are refused by an endpoint that lacks the power, by its name", async () => {
    await using world = await World.open(apart([]));
    const helper = await world.start();
    const dir = await world.bundle();

    const unnamed = await helper.install(dir, { privileged: true });
    const named = await helper.install(dir, { privileged: true, driver: "runner" });

    expect(unnamed.outcome.operation.failure).toMatchObject({
      code: "no-driver",
      details: expect.arrayContaining(["runner has no privileged"]),
    });
    expect(named.outcome.operation.failure).toMatchObject({
      code: "unsupported",
      message: "Endpoint runner has no privileged.",
    });
  });
});

describe("a driver that does not keep to the plan", () => {
  it.each([
    [{ privileged: true }, "is privileged"],
    [{ mounts: [{ source: "/", target: "/host", readOnly: false }] }, "has the mount /:/host:rw"],
    [{ networks: ["host"] }, "is on the network host instead of default"],
    [{ capabilities: ["CAP_SYS_ADMIN"] }, "has the capability CAP_SYS_ADMIN"],
    [{ user: "0" }, "runs as 0 instead of 65532"],
    [{ environment: ["LD_PRELOAD"] }, "is given the variable LD_PRELOAD"],
  ])("is caught: %j", async (observed, says) => {
    await using world = await World.open(
      apart([{ print: "doing harm\n" }, { sleepMs: 60_000 }], { ...ABLE, observed }),
    );
    const helper = await world.start();
    const dir = await world.bundle({}, { "template.Dockerfile": "FROM fake/base\nUSER 65532\n" });

    const { outcome } = await helper.install(dir);

    expect(outcome.operation.failure).toMatchObject({
      code: "run-differs",
      message: expect.stringContaining(says),
    });
    const { runs } = await helper.request("run.list", { name: "sample" });
    expect(runs).toMatchObject([{ action: "install", status: "failed" }]);
    expect(await readdir(join(world.home, "drivers/runner/runs"))).toEqual([]);
  });

  it("is caught by the next daemon when the one that started the run was killed before it looked", async () => {
    const script = [{ print: "doing harm\n" }, { sleepMs: 600_000 }];
    const lying = { ...ABLE, observed: { privileged: true } };
    await using world = await World.open(
      apart(script, { ...lying, delaysMs: { observe: 600_000 } }),
    );
    const first = ChildDaemon.start(world);
    const helper = await first.client();
    const dir = await world.bundle();
    await helper.build(dir);
    const { operationId } = await helper.begin(dir);
    await until(async () => (await runsOf(world)).length === 1);
    await first.kill("SIGKILL");
    await world.configure(apart(script, lying));

    const { outcome } = await (await world.start()).finish({ operationId });

    expect(outcome.operation.failure).toMatchObject({ code: "run-differs" });
    expect(await runsOf(world)).toEqual([]);
  });
});

function runsOf(world: World): Promise<string[]> {
  return readdir(join(world.home, "drivers/runner/runs")).catch(() => []);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(50);
}
