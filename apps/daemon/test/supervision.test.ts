import { existsSync, readFileSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { contentDigest, DriverManifest } from "@gantry/driver-package";
import { TempDir } from "@gantry/process";
import { describe, expect, it } from "vitest";
import type { InstalledDriver, InstalledDrivers } from "../src/endpoints/installed-driver.ts";
import type { SupervisionPolicy } from "../src/supervision/policy.ts";
import { type Fields, type Helper, printed, World } from "./support/world.ts";

const HOSTILE = fileURLToPath(new URL("hostile/driver.ts", import.meta.url));

/** Packages of the hostile driver, as a home would hold them: real directories with their digests. */
class Packages implements InstalledDrivers {
  readonly packages = new Map<string, InstalledDriver>();
  readonly #temp: TempDir;

  constructor(temp: TempDir) {
    this.#temp = temp;
  }

  /** Plain JavaScript, for the machine's own Node may be an old one. */
  async add(name: string, { play = "none", ...fields }: Fields & { play?: string }): Promise<void> {
    const directory = join(this.#temp.path, crypto.randomUUID());
    await mkdir(directory);
    for (const part of ["driver", "plays"]) {
      const source = await readFile(join(dirname(HOSTILE), `${part}.ts`), "utf8");
      const script = stripTypeScriptTypes(source).replaceAll('.ts"', '.mjs"');
      await writeFile(join(directory, `${part}.mjs`), script);
    }
    const manifest = DriverManifest.parse({
      schemaVersion: 1,
      name,
      version: "1.0.0",
      publisher: "Somebody",
      protocols: [1],
      facets: ["run", "build"],
      command: ["node", "./driver.mjs", play],
      ...fields,
    });
    await writeFile(join(directory, "gantry-driver.json"), JSON.stringify(manifest));
    const sha512 = await contentDigest(directory, {});
    const { powers: granted } = manifest;
    const more = { directory, source: `./${name}`, linked: false };
    this.packages.set(name, { manifest, granted, sha512, ...more });
  }

  async list() {
    return [...this.packages.values()];
  }

  async find(name: string) {
    return this.packages.get(name);
  }
}

async function endpoint(helper: Helper, name: string) {
  const { endpoints } = await helper.request("driver.list", {});
  const found = endpoints.find((one) => one.name === name);
  if (found === undefined) throw new TypeError(`there is no endpoint ${name}`);
  return found;
}

async function open(supervision: Partial<SupervisionPolicy> = {}) {
  const world = await World.open([
    { name: "maker", driver: "fake", options: { facets: ["build"] } },
  ]);
  const packages = new Packages(world.use(await TempDir.create("gantry-packages-")));
  await world.daemon({ installed: packages, supervision });
  return { world, packages, helper: await world.client() };
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
}

describe("driver packages", () => {
  it("are listed, twenty of them, and none is started", async () => {
    const { world, packages, helper } = await open();
    await using _world = world;
    for (let n = 1; n <= 20; n += 1) await packages.add(`package-${n}`, {});

    const { endpoints } = await helper.request("driver.list", {});

    const installed = endpoints.filter(({ origin }) => origin === "installed");
    expect(installed).toHaveLength(20);
    for (const one of installed)
      expect(one).toMatchObject({
        facets: ["run", "build"],
        publisher: "Somebody",
        confinement: "confined",
        probe: { state: "not-started" },
        process: { state: "not-started", crashes: 0 },
      });
  });

  it("are started by the first call that needs them, and stopped when nothing more comes", async () => {
    const { world, packages, helper } = await open({ idleMs: 300, beatMs: 100, lingerMs: 50 });
    await using _world = world;
    await packages.add("hostile", {});

    expect((await endpoint(helper, "hostile")).process?.state).toBe("not-started");
    const shown = await helper.request("driver.show", { name: "hostile" });
    const pid = shown.endpoint.process?.pid ?? 0;

    expect(shown.endpoint).toMatchObject({ driver: "hostile", probe: { state: "ready" } });
    process.stdout.write(`a package on this machine is ${shown.endpoint.confinement}\n`);
    expect(isAlive(pid)).toBe(true);
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
    const after = await endpoint(helper, "hostile");
    expect(after.process).toMatchObject({ state: "not-started", crashes: 0 });
  });

  it.each([
    ["its name", "renamed", {}],
    ["its version", "hostile", { version: "9.9.9" }],
    ["the protocols", "hostile", { protocols: [2] }],
    ["its facets", "hostile", { facets: ["build"] }],
  ])("that differ from their manifest in %s are refused", async (_what, name, differs) => {
    const { world, packages, helper } = await open();
    await using _world = world;
    await packages.add(name, differs);

    const { endpoint: shown } = await helper.request("driver.show", { name });

    expect(shown.probe).toMatchObject({
      state: "unavailable",
      problems: [{ text: expect.stringContaining("not what its manifest says") }],
    });
  });

  it("whose content changed are refused before they are started", async () => {
    const { world, packages, helper } = await open();
    await using _world = world;
    await packages.add("hostile", {});
    const directory = packages.packages.get("hostile")?.directory ?? "";
    await appendFile(join(directory, "plays.mjs"), "// one line more\n");

    const { endpoint: shown } = await helper.request("driver.show", { name: "hostile" });

    expect(shown.probe.problems[0]?.text).toContain("is not what was installed");
    expect(shown.process).toMatchObject({ state: "not-started", crashes: 0 });
  });

  it("whose options do not fit are refused before they are started", async () => {
    const { world, packages, helper } = await open();
    await using _world = world;
    await packages.add("strict", {
      optionsSchema: { type: "object", properties: { a: { type: "string", pattern: "(x+)+$" } } },
    });
    await world.configure([{ name: "mine", driver: "strict", options: { a: 7 } }]);

    const failed = helper.request("driver.show", { name: "mine" });

    await expect(failed).rejects.toMatchObject({ data: { code: "invalid-options" } });
  });
});

describe("a new version", () => {
  it("gets what is asked from now on; what is under way ends on the old one", async () => {
    const { world, packages, helper } = await open({ lingerMs: 100 });
    await using _world = world;
    await packages.add("hostile", { play: "slow" });
    const dir = await world.bundle();
    await helper.build(dir, { driver: "maker" });
    const first = await helper.begin(dir, { driver: "hostile", installation: "first" });
    await helper.said(first, printed("up"));
    const old = (await endpoint(helper, "hostile")).process?.pid ?? 0;

    await packages.add("hostile", { play: "none" });
    const second = await helper.install(dir, { driver: "hostile", installation: "second" });
    const now = (await endpoint(helper, "hostile")).process?.pid ?? 0;
    const ended = await helper.finish(first);

    expect(now).not.toBe(old);
    expect(second.outcome.operation.status).toBe("succeeded");
    expect([ended.outcome.operation.status, ended.log]).toEqual(["succeeded", "up\ndone\n"]);
    await expect.poll(() => isAlive(old), { timeout: 15_000 }).toBe(false);
    expect(isAlive(now)).toBe(true);
  });
});

describe("a driver that crashes too often", () => {
  it("is quarantined with what it printed, shown by the doctor, and let out on request", async () => {
    await using world = await World.open([
      { name: "weak", command: ["/bin/sh", "-c", "echo no licence found >&2; exit 7"] },
    ]);
    await world.daemon({ supervision: { backOffMs: [0] } });
    const helper = await world.client();
    const show = () => helper.request("driver.show", { name: "weak" });
    for (let n = 0; n < 5; n += 1) await show();

    const { endpoint: shown } = await show();

    expect(shown.probe.problems[0]).toMatchObject({
      text: expect.stringMatching(/weak is in quarantine: its process crashed 5 times/),
      fix: expect.stringContaining("gantry drivers restart weak"),
    });
    expect(shown.process).toMatchObject({
      state: "quarantined",
      crashes: 5,
      lastStderr: ["no licence found"],
    });
    expect((await endpoint(helper, "weak")).probe.problems[0]?.text).toContain("quarantine");
    await helper.request("driver.restart", { name: "weak" });
    expect((await endpoint(helper, "weak")).process).toMatchObject({ state: "not-started" });
  });

  it("stays in quarantine with the next daemon, until it is let out or is another one", async () => {
    const command = ["/bin/sh", "-c", "echo no licence found >&2; exit 7"];
    await using world = await World.open([{ name: "weak", command }]);
    const supervision = { backOffMs: [0], crashes: 2 };
    const daemon = await world.daemon({ supervision });
    const helper = await world.client();
    for (let n = 0; n < 2; n += 1) await helper.request("driver.show", { name: "weak" });
    await daemon[Symbol.asyncDispose]();

    const second = await world.daemon({ supervision });
    const other = await world.client();
    const { process: weak } = await endpoint(other, "weak");
    const refused = await other.request("driver.show", { name: "weak" });
    await world.configure([{ name: "weak", command: [...command, "mended"] }]);
    const { process: mended } = await endpoint(other, "weak");
    await world.configure([{ name: "weak", command }]);
    await other.request("driver.restart", { name: "weak" });
    await second[Symbol.asyncDispose]();
    await world.daemon({ supervision });
    const { process: forgiven } = await endpoint(await world.client(), "weak");

    expect(weak).toMatchObject({
      state: "quarantined",
      crashes: 2,
      lastStderr: ["no licence found"],
    });
    expect(refused.endpoint.probe.problems[0]?.text).toMatch(/weak is in quarantine/);
    expect([mended?.state, forgiven?.state, forgiven?.crashes]).toEqual([
      "not-started",
      "not-started",
      0,
    ]);
  });

  it("is counted when it gives no sign of life, and killed", async () => {
    await using world = await World.open([
      { name: "mute", command: [process.execPath, HOSTILE, "none"] },
    ]);
    await world.daemon({ supervision: { beatMs: 100, missedBeats: 3 } });
    const helper = await world.client();
    const { endpoint: shown } = await helper.request("driver.show", { name: "mute" });
    const pid = shown.process?.pid ?? 0;
    process.kill(pid, "SIGSTOP");

    await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false);
    await expect
      .poll(async () => (await endpoint(helper, "mute")).process)
      .toMatchObject({ crashes: 1, lastCrash: expect.stringContaining("no sign of life") });
  });
});
