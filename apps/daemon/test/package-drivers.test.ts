import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchDriver } from "@gantry/driver-api";
import { TempDir } from "@gantry/process";
import { expect, it } from "vitest";
import { sampleManifest } from "../../../libs/driver-sources/src/testing/sample-driver.ts";
import { packageDrivers } from "../package-drivers.ts";
import { createLog } from "../src/log.ts";
import { startDaemon } from "../src/daemon.ts";
import { World } from "./support/world.ts";

const DEBUG = fileURLToPath(new URL("../../../libs/drivers/debug", import.meta.url));

it("a driver of this repository becomes a package that runs by itself and is installed by its name", async () => {
  await using temp = await TempDir.create("gantry-shipped-");
  const drivers = join(temp.path, "drivers");
  await mkdir(join(drivers, "plain/src"), { recursive: true });
  await mkdir(join(drivers, "unfinished"));
  const main = `export * from ${JSON.stringify(join(DEBUG, "src/main.ts"))};\n`;
  await writeFile(join(drivers, "plain/src/main.ts"), main);
  const manifest = sampleManifest({ name: "plain", command: ["node", "./main.mjs"] });
  await writeFile(join(drivers, "plain/gantry-driver.json"), JSON.stringify(manifest));
  const shipped = join(temp.path, "shipped");

  expect(await packageDrivers(drivers, shipped)).toEqual(["plain"]);
  expect(await readdir(join(shipped, "plain"))).toEqual([
    "gantry-driver.json",
    "main.mjs",
    "package.json",
  ]);

  await using world = await World.open();
  world.use(
    await startDaemon({
      home: world.home,
      version: "0",
      log: createLog("silent"),
      idleSeconds: 600,
      findRuntime: world.findRuntime,
      porterHome: temp.path,
      environment: { PATH: process.env["PATH"] ?? "" },
      shippedDir: shipped,
    }),
  );
  const { request } = await world.client();
  await expect(request("driver.probe", { name: "plain" })).rejects.toMatchObject({
    data: {
      code: "driver-unknown",
      hint: expect.stringContaining("`gantry drivers install plain`"),
    },
  });
  const shown = await request("driver.inspect", { spec: "plain", cwd: "/" });
  expect(shown).toMatchObject({ source: "builtin:plain", isConfirmed: false });
  expect(shown.publisher.verified).toEqual({ subject: "Gantry", issuer: "this installation" });
  const { source, sha512 = "" } = shown;
  await request("driver.install", { source, sha512, grant: ["all"] });
  await expect(
    request("driver.inspect", { spec: "builtin:other", cwd: "/" }),
  ).rejects.toMatchObject({
    data: { code: "not-found", hint: "There are plain." },
  });

  const copy = join(temp.path, "copy");
  await cp(join(shipped, "plain"), copy, { recursive: true });
  await using driver = await launchDriver({
    command: process.execPath,
    args: [join(copy, "main.mjs")],
    env: {},
    name: "plain",
    options: {},
    context: { stateDir: temp.path, contentDir: temp.path },
  });
  expect((await driver.probe(AbortSignal.timeout(30_000))).state).toBe("ready");
});
