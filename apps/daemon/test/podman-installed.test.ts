import { runtimeFor } from "@gantry/run-tool";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TempDir } from "@gantry/process";
import { engine } from "../../../tools/engines/require.ts";
import { packageDrivers } from "../package-drivers.ts";
import { listens } from "../src/supervision/engine-services.ts";
import { printed, World } from "./support/world.ts";

const DRIVERS = fileURLToPath(new URL("../../../libs/drivers", import.meta.url));
const podman = engine("podman");
const facts = podman.available ? podman : { host: "", config: "", base: "" };
const PATH = process.env["PATH"] ?? "";
/** The engine's own place; a service that listens there would be used, and it is not the test's. */
const isTaken = await listens("/run/podman/podman.sock");
if (isTaken)
  process.stderr.write("a service started by the daemon: skipped: one listens already\n");

/** How the operator's Podman is reached: at an address, or by what its program reads. */
const NAMED = { PATH, HOME: "/root", CONTAINER_HOST: facts.host };
const UNNAMED = {
  PATH,
  HOME: "/root",
  CONTAINERS_CONF: `${facts.config}/containers.conf`,
  CONTAINERS_STORAGE_CONF: `${facts.config}/storage.conf`,
  CONTAINERS_REGISTRIES_CONF: `${facts.config}/registries.conf`,
};

describe.skipIf(!podman.available)("the podman driver, installed as it is shipped", () => {
  let shipped: TempDir;
  beforeAll(async () => {
    shipped = await TempDir.create("gantry-shipped-");
    await packageDrivers(DRIVERS, shipped.path);
  });
  afterAll(() => shipped[Symbol.asyncDispose]());

  async function worldWith(
    name: string,
    environment: Readonly<Record<string, string>>,
    script = "echo hello from $(id -u)",
  ) {
    const world = await World.open([]);
    world.findRuntime = runtimeFor;
    await world.file("home/config.yaml", JSON.stringify({ policy: "strict" }));
    const operator = { operatorEnvironment: environment, shippedDir: shipped.path };
    const daemon = await world.daemon(operator);
    const helper = await world.client();
    const shown = await helper.request("driver.inspect", { spec: "podman", cwd: "/" });
    const { source, sha512 = "" } = shown;
    await helper.request("driver.install", { source, sha512, grant: ["all"] });
    const dir = await world.bundle(
      { name, install: [{ exec: { command: "./hello.sh" } }] },
      {
        "template.Dockerfile": `FROM ${facts.base}\n`,
        "hello.sh": `#!/bin/sh\n${script}\n`,
      },
    );
    return { world, daemon, helper, dir, restart: () => world.daemon(operator) };
  }

  it.each([
    ["reached at CONTAINER_HOST", "named", NAMED] as const,
    ...(isTaken ? [] : [["that the daemon has listening", "served", UNNAMED] as const]),
  ])(
    "builds and runs a bundle under the strict policy, with a Podman %s",
    { timeout: 240_000 },
    async (_, name, environment) => {
      const { world, daemon, helper, dir } = await worldWith(`${name}-${process.pid}`, environment);
      await using _world = world;

      const { outcome, log } = await helper.install(dir, { driver: "podman" });
      const { endpoint } = await helper.request("driver.show", { name: "podman" });
      const { entries } = await helper.request("audit.read", { limit: 1000 });

      expect(outcome.operation.failure).toBeUndefined();
      expect(outcome).toMatchObject({ run: { endpoint: "podman" }, build: { endpoint: "podman" } });
      expect(log).toContain("hello from 65532\n");
      expect(endpoint).toMatchObject({ confinement: "confined", probe: { state: "ready" } });
      const calls = entries.map(({ method, path }) => `${method} ${path}`);
      expect(calls).toContain("POST /libpod/build");
      expect(calls).toContain("POST /libpod/containers/create");
      const denied = entries.filter(({ verdict }) => verdict === "denied");
      expect(denied.filter(({ reason }) => !/is not there/u.test(reason ?? ""))).toEqual([]);
      const [socket] =
        environment === UNNAMED ? [join(world.home, "brokers/engines/podman.sock")] : [];
      await daemon[Symbol.asyncDispose]();
      expect(socket !== undefined && (await listens(socket))).toBe(false);
    },
  );

  it("goes on with a run after the daemon, and with its log where it was", {
    timeout: 240_000,
  }, async () => {
    const script = "echo begun; sleep 3; echo ended";
    const { world, daemon, helper, dir, restart } = await worldWith(
      `outlives-${process.pid}`,
      NAMED,
      script,
    );
    await using _world = world;
    const started = await helper.begin(dir, { driver: "podman" });
    await helper.said(started, printed("begun"));

    await daemon[Symbol.asyncDispose]();
    await restart();
    const { outcome, log } = await (await world.client()).finish(started);

    expect(outcome.operation.status).toBe("succeeded");
    expect(log.match(/^(?:begun|ended)$/gmu)).toEqual(["begun", "ended"]);
    expect(await readdir(join(world.home, "engine-logs/podman"))).toEqual([]);
  });
});
