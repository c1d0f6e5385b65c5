import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { sampleManifest } from "../../../libs/driver-sources/src/testing/sample-driver.ts";
import { packageDriver } from "../package-drivers.ts";
import { TempDir } from "@gantry/process";
import { PackageWorld } from "./support/driver-packages.ts";

const FAKE = fileURLToPath(new URL("../../../libs/drivers/fake/src/main.ts", import.meta.url));

/** The fake driver as a package: a real process, and an engine in its memory. */
async function packaged(dir: string): Promise<string> {
  const source = join(dir, "source");
  await mkdir(join(source, "src"), { recursive: true });
  await writeFile(join(source, "src/main.ts"), `import ${JSON.stringify(FAKE)};\n`);
  await writeFile(join(source, "gantry-driver.json"), "{}");
  await packageDriver(source, join(dir, "packaged"));
  return join(dir, "packaged/main.mjs");
}

let main: string;
beforeAll(async () => {
  const temp = await TempDir.create("gantry-packaged-");
  main = await packaged(temp.path);
  return () => temp[Symbol.asyncDispose]();
});

async function install(it: PackageWorld, name: string, change: object = {}): Promise<void> {
  const dir = it.at(`packages/${name}`);
  await mkdir(dir, { recursive: true });
  await copyFile(main, join(dir, "main.mjs"));
  const manifest = sampleManifest({ name, command: ["node", "./main.mjs"], powers: {}, ...change });
  await writeFile(join(dir, "gantry-driver.json"), JSON.stringify(manifest));
  await it.install({ spec: dir }, { grant: ["none"] });
}

describe("installed drivers", () => {
  it("are endpoints by their names, of which a list starts none", async () => {
    await using it = await PackageWorld.open();
    for (let count = 0; count < 20; count += 1) await install(it, `sample-${count}`);

    const { endpoints } = await it.helper.request("driver.list", {});

    const installed = endpoints.filter(({ origin }) => origin === "installed");
    expect(installed).toHaveLength(20);
    for (const { probe, process, publisher } of installed) {
      expect(probe.state).toBe("not-started");
      expect(process?.pid).toBeUndefined();
      expect(publisher).toBe("Example");
    }
  });

  it("that may not be started are shown with the reason, and do not hinder others", async () => {
    await using it = await PackageWorld.open();
    await install(it, "changed");
    const lock = await it.world.read("home/gantry.lock");
    await it.world.file("home/gantry.lock", lock.replace("name: Example", "name: Mallory"));

    const { endpoints } = await it.helper.request("driver.list", {});

    const shown = endpoints.find(({ name }) => name === "changed");
    expect(shown?.probe).toMatchObject({ state: "unavailable" });
    expect(shown?.probe.problems[0]?.text).toMatch(/changed by hand/);
    expect(shown).toMatchObject({
      driver: "changed",
      origin: "installed",
      confinement: "confined",
    });
    await expect(it.helper.request("driver.show", { name: "changed" })).rejects.toMatchObject({
      data: { code: "lock-invalid" },
    });
    const built = await it.helper.build(await it.world.bundle());
    expect(built.outcome.operation.status).toBe("succeeded");
  });
});

it("a driver that is part of the daemon is not restarted, and is not said to be unknown", async () => {
  await using it = await PackageWorld.open();

  await expect(it.helper.request("driver.restart", { name: "docker" })).rejects.toMatchObject({
    data: { code: "unsupported" },
    message: "docker has no process of its own that could be restarted.",
  });
  await expect(it.helper.request("driver.restart", { name: "dokcer" })).rejects.toMatchObject({
    data: { code: "driver-unknown" },
  });
});
