import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Work } from "@gantry/driver-api";
import { describe, expect, it } from "vitest";
import { engine } from "../../../../../tools/engines/require.ts";
import { BuildxWorld, freshId, present } from "../testing/buildx-world.ts";

const buildx = engine("buildx");

describe.skipIf(!buildx.available)("the end of a build with buildx", () => {
  if (!buildx.available) return;
  const sleeping = (): string => `FROM ${buildx.busybox}\nRUN echo ${freshId()} && sleep 60\n`;

  it.each(["classic", "remote"] as const)(
    "leaves nothing when it is canceled: %s",
    async (which) => {
      await using world = await BuildxWorld.open(buildx, which);
      const secrets = [{ id: "sleep", read: async () => Buffer.from("hush-hush") }];
      const request = await world.request(sleeping(), { secrets });
      const aborter = new AbortController();
      const { work, running } = untilRunning(aborter.signal);

      const build = present(world.create().build).build(request, work);
      const failure = failureOf(build);
      await Promise.race([running, failure]);
      const children = await processesIn(world.dir.path);
      aborter.abort();

      expect(await failure).toMatchObject({ code: "canceled" });
      expect(children).toHaveLength(1);
      expect(await processesIn(world.dir.path)).toEqual([]);
      expect(await readdir(join(world.context.stateDir, "builds"))).toEqual([]);
      expect(await world.docker("image", "ls", "--quiet", "gantry.local/*")).toBe("");
      expect(await world.docker("image", "ls", "--quiet", request.tags[0] ?? "")).toBe("");
    },
  );

  it("says so when the plugin is killed, and leaves nothing", async () => {
    await using world = await BuildxWorld.open(buildx, "remote");
    const { work, running } = untilRunning(world.signal);

    const build = present(world.create().build).build(await world.request(sleeping()), work);
    const failure = failureOf(build);
    await Promise.race([running, failure]);
    for (const pid of await processesIn(world.dir.path)) process.kill(pid, "SIGKILL");

    expect(await failure).toMatchObject({ code: "engine-lost" });
    expect(await readdir(join(world.context.stateDir, "builds"))).toEqual([]);
  });

  it("says so when the engine is away", async () => {
    await using world = await BuildxWorld.open(buildx, "classic");
    const DOCKER_HOST = `unix://${join(world.dir.path, "no.sock")}`;
    const driver = world.create({ environment: { ...world.options.environment, DOCKER_HOST } });

    const build = present(driver.build).build(await world.request("FROM scratch\n"), world.work);

    await expect(build).rejects.toMatchObject({
      code: "engine-unavailable",
      hint: expect.stringMatching(/Start/u),
    });
  });

  it("keeps a slow listener's events few", async () => {
    await using world = await BuildxWorld.open(buildx, "remote");
    const request = await world.request(`FROM ${buildx.busybox}\nRUN : ${freshId()}; seq 20000\n`);
    let open = 0;
    let most = 0;
    const report = async (): Promise<void> => {
      most = Math.max(most, ++open);
      await delay(0);
      open -= 1;
    };

    await present(world.create().build).build(request, { signal: world.signal, report });

    expect(most).toBe(1);
  });
});

/** Work that tells when a `RUN` step has begun. */
function untilRunning(signal: AbortSignal): { work: Work; running: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const report: Work["report"] = async (event) => {
    if (event.kind === "step" && event.state === "started" && /RUN/u.test(event.title)) resolve();
  };
  return { work: { signal, report }, running: promise };
}

/** Why it failed; `undefined` when it did not. Never rejects. */
function failureOf(build: Promise<unknown>): Promise<unknown> {
  return build.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** The processes whose arguments name a path in `dir`. */
async function processesIn(dir: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name)).map(Number);
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return pids.filter((_, index) => lines[index]?.includes(`${dir}/`) === true);
}
