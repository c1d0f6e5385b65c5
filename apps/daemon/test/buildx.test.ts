import { chmod, copyFile, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand, TempDir } from "@gantry/process";
import { runtimeFor } from "@gantry/run-tool";
import { beforeAll, describe, expect, it } from "vitest";
import { BuildkitBridge } from "../../../libs/drivers/buildx/src/testing/buildkit-bridge.ts";
import { engine } from "../../../tools/engines/require.ts";
import { packageDriver } from "../package-drivers.ts";
import { type Helper, printed, World } from "./support/world.ts";

const SOURCE = fileURLToPath(new URL("../../../libs/drivers/buildx", import.meta.url));
const buildx = engine("buildx");

/** A user who has the plugin in their own directory, as most have, and the driver as it comes with Gantry. */
class BuildxUser implements AsyncDisposable {
  readonly world: World;
  readonly home: string;
  readonly #shippedDir: string;
  /** For `DOCKER_HOST`. */
  readonly host: string;
  #builder: string | undefined;

  private constructor(world: World, shippedDir: string, host: string) {
    this.world = world;
    this.home = join(world.dir, "user");
    this.#shippedDir = shippedDir;
    this.host = host;
  }

  static async open(shippedDir: string, { program, host }: Engine): Promise<BuildxUser> {
    const world = await World.open([]);
    world.findRuntime = runtimeFor;
    const user = new BuildxUser(world, shippedDir, host ?? `unix://${world.dir}/engine.sock`);
    const plugins = join(user.home, ".docker/cli-plugins");
    await mkdir(plugins, { recursive: true });
    await mkdir(join(user.home, ".docker/buildx"));
    await copyFile(program, join(plugins, "docker-buildx"));
    await chmod(join(plugins, "docker-buildx"), 0o755);
    return user;
  }

  get environment(): Record<string, string> {
    const builder = this.#builder === undefined ? {} : { BUILDX_BUILDER: this.#builder };
    const path = process.env["PATH"] ?? "";
    return { PATH: path, HOME: this.home, DOCKER_HOST: this.host, ...builder };
  }

  /** Adds a remote builder, as a user does, and makes it theirs. */
  async far({ port }: BuildkitBridge): Promise<void> {
    const program = join(this.home, ".docker/cli-plugins/docker-buildx");
    const args = ["create", "--name", "far", "--driver", "remote", `tcp://127.0.0.1:${port}`];
    const { exit, stderr } = await runCommand(program, args, { env: this.environment });
    if (exit.code !== 0) throw new TypeError(stderr);
    this.#builder = "far";
  }

  async install(grant: readonly string[]): Promise<Helper> {
    const { environment, world } = this;
    await world.daemon({ operatorEnvironment: environment, shippedDir: this.#shippedDir });
    const helper = await world.client();
    const { source, sha512 = "" } = await helper.request("driver.inspect", {
      spec: "buildx",
      cwd: "/",
    });
    await helper.request("driver.install", { source, sha512, grant: [...grant] });
    return helper;
  }

  bundle(base: string): Promise<string> {
    return this.world.bundle(
      { name: "made", install: [{ exec: { command: "./hello.sh" } }] },
      {
        "template.Dockerfile": `FROM ${base}\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token\n`,
        "hello.sh": "#!/bin/sh\necho hello from $(id -u)\n",
      },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]();
  }
}

/** Nothing that is not needed for one remote builder. */
const NARROW = [
  "read=~/.docker",
  "write",
  "environment=HOME",
  "environment=BUILDX_BUILDER",
  "subprocesses=~/.docker/cli-plugins/docker-buildx",
];

interface Engine {
  readonly program: string;
  /** Absent: a socket that is not there yet. */
  readonly host?: string;
}

describe.skipIf(!buildx.available)("buildx as it is shipped, confined", () => {
  if (!buildx.available) return;
  const NO_ENGINE = { program: buildx.program };
  let shippedDir = "";
  beforeAll(async () => {
    const temp = await TempDir.create("gantry-shipped-");
    shippedDir = temp.path;
    await packageDriver(SOURCE, join(shippedDir, "buildx"));
    return () => temp[Symbol.asyncDispose]();
  });

  it.each([
    ["an engine without containerd's store", buildx.host],
    ["an engine with containerd's store", buildx.containerdHost],
  ])(
    "builds with the builder of %s, and the image runs elsewhere",
    async (_title, host) => {
      await using user = await BuildxUser.open(shippedDir, { program: buildx.program, host });
      const helper = await user.install(["all"]);
      const dir = await user.bundle(buildx.base);
      const token = await user.world.file("token", "hunter2");

      const secrets = [{ id: "token", file: token }];
      const built = await helper.build(dir, { driver: "buildx", secrets, noCache: true });
      const { endpoint } = await helper.request("driver.show", { name: "buildx" });
      const { outcome, log } = await helper.install(dir, { driver: "local" });

      expect(endpoint).toMatchObject({ confinement: "confined", probe: { state: "ready" } });
      expect(endpoint.weaker).toContainEqual(expect.stringMatching(/own socket.*as granted/));
      expect(built.outcome.operation.failure).toBeUndefined();
      expect(built.log).toContain("7\n");
      expect(outcome.operation.failure).toBeUndefined();
      expect(outcome).toMatchObject({ build: { endpoint: "buildx", upToDate: true } });
      expect(log).toContain("hello from 65532\n");
      const size = { columns: 80, rows: 24 };
      const looked = await helper.request("terminal.open", { source: { dir }, size });
      expect(looked.terminal).toMatchObject({ place: "bundle", endpoint: "local" });
      await helper.request("terminal.close", { terminalId: looked.terminal.id });
      const { entries } = await helper.request("audit.read", {});
      const reason = "the engine's own socket, unfiltered";
      expect(entries).toContainEqual(
        expect.objectContaining({
          method: "RAW",
          owner: { kind: "driver", name: "buildx" },
          reason,
        }),
      );
    },
    240_000,
  );

  it("builds with a remote builder through the one port that was granted, without an engine", async () => {
    await using bridge = await BuildkitBridge.listen(buildx.containerdHost, 0);
    await using user = await BuildxUser.open(shippedDir, NO_ENGINE);
    await user.far(bridge);
    const grant = [...NARROW, `network=127.0.0.1:${bridge.port}`];
    const helper = await user.install(grant);
    const dir = await user.bundle(buildx.base);

    const { endpoint } = await helper.request("driver.show", { name: "buildx" });
    const secrets = [{ id: "token", value: "eA==" }];
    const built = await helper.build(dir, { driver: "buildx", secrets, noCache: true });

    expect(endpoint).toMatchObject({ confinement: "confined", probe: { state: "ready" } });
    expect(endpoint.weaker.filter((text) => text.includes("as granted"))).toEqual([]);
    expect(built.outcome.operation.failure).toBeUndefined();
    expect(built.log).toContain("1\n");
  }, 240_000);

  it("reaches no remote builder without that grant, and says so", async () => {
    await using bridge = await BuildkitBridge.listen(buildx.containerdHost, 0);
    await using user = await BuildxUser.open(shippedDir, NO_ENGINE);
    await user.far(bridge);
    const helper = await user.install(NARROW);

    const { endpoint } = await helper.request("driver.show", { name: "buildx" });

    expect(endpoint.confinement).toBe("confined");
    expect(endpoint.probe).toMatchObject({
      state: "unavailable",
      problems: [{ text: "Builder far cannot be reached.", fix: expect.stringMatching(/network/) }],
    });
  }, 120_000);

  it("is not removed while it builds", async () => {
    await using user = await BuildxUser.open(shippedDir, {
      program: buildx.program,
      host: buildx.host,
    });
    const helper = await user.install(["all"]);
    const dir = await user.world.bundle(
      { name: "slow" },
      { "template.Dockerfile": `FROM ${buildx.busybox}\nRUN echo under way && sleep 600\n` },
    );
    const remove = () => helper.request("driver.remove", { name: "buildx" });

    const started = await helper.request("bundle.build", {
      source: { dir },
      driver: "buildx",
      noCache: true,
    });
    await helper.said(started, printed("under way"));
    await expect(remove()).rejects.toMatchObject({
      message: expect.stringMatching(/it builds an image/),
      data: { code: "busy" },
    });
    await helper.request("operation.cancel", { operationId: started.operationId });
    const { outcome } = await helper.finish(started);

    expect(outcome.operation.status).toBe("canceled");
    expect(await remove()).toEqual({ version: "0.1.0" });
  }, 120_000);

  it("says that the engine is away, and finds it once it is there", async () => {
    await using user = await BuildxUser.open(shippedDir, NO_ENGINE);
    const helper = await user.install(["all"]);

    const before = await helper.request("driver.show", { name: "buildx" });
    await symlink(buildx.host.replace("unix://", ""), user.host.replace("unix://", ""));
    const after = await helper.request("driver.show", { name: "buildx" });

    expect(before.endpoint.probe).toMatchObject({
      state: "unavailable",
      problems: [
        {
          text: expect.stringMatching(/during connect/),
          fix: expect.stringMatching(/Start the engine/),
        },
      ],
    });
    expect([after.endpoint.probe.state, after.endpoint.process?.pid]).toEqual([
      "ready",
      before.endpoint.process?.pid,
    ]);
  }, 120_000);
});
