import { access } from "node:fs/promises";
import { join } from "node:path";
import { localDriver } from "@gantry/driver-local";
import { TempDir } from "@gantry/process";
import { runtimeFor } from "@gantry/run-tool";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engine } from "../../../tools/engines/require.ts";
import { derive } from "./support/docker.ts";
import { type Finished, type Helper, World } from "./support/world.ts";

type Files = Readonly<Record<string, string>>;

const images = engine("baseImages");

/** Why the local driver cannot be used here. */
const localProblem = await whyNoLocal();
if (localProblem !== undefined)
  process.stderr.write(`skipped: bases that the run tool cannot run on: ${localProblem}\n`);

async function whyNoLocal(): Promise<string | undefined> {
  await using dir = await TempDir.create();
  await using driver = localDriver.create({}, { stateDir: dir.path, contentDir: dir.path });
  const { state, problems } = await driver.probe(AbortSignal.timeout(5_000));
  return state === "unavailable" ? (problems[0]?.text ?? "unavailable") : undefined;
}

const SCRATCH: Files = {
  "template.Dockerfile": "FROM scratch\nCOPY only.txt /only.txt\n",
  "only.txt": "x",
};

const BUSYBOX: Files = images.available
  ? { "template.Dockerfile": `FROM ${images.busybox}\n` }
  : {};

const BASES: readonly (readonly [string, Files])[] = [
  ["is empty", SCRATCH],
  ...(images.available ? ([["has no glibc", BUSYBOX]] as const) : []),
];

function expectUnusable({ outcome, events }: Finished): void {
  expect(outcome).not.toHaveProperty("build");
  expect(outcome.operation).toMatchObject({
    status: "failed",
    failure: {
      code: "base-unusable",
      message: expect.stringContaining("cannot run on this base image (tried with here)"),
      hint: expect.stringMatching(/glibc.*debian:stable-slim/),
    },
  });
  expect(events.map(({ event }) => ("text" in event ? event.text : ""))).not.toContain(
    "The bundle is up to date.",
  );
}

describe.skipIf(localProblem !== undefined)("a base that the run tool cannot run on", () => {
  let world: World;
  let helper: Helper;

  beforeEach(async () => {
    world = await World.open([{ name: "here", driver: "local" }]);
    world.findRuntime = runtimeFor;
    helper = await world.start();
  });

  afterEach(() => world[Symbol.asyncDispose]());

  it.each(BASES)(
    "that %s is refused, and nothing of it is recorded",
    async (_, files) => {
      const dir = await world.bundle({ name: "bare" }, files);

      expectUnusable(await helper.build(dir));
      await expect(access(join(dir, ".cnab/bundle.json"))).rejects.toMatchObject({
        code: "ENOENT",
      });

      expectUnusable(await helper.install(dir));
      expect((await helper.request("installation.list", {})).installations).toEqual([]);
      await expect(helper.request("run.list", { name: "bare" })).rejects.toMatchObject({
        data: { code: "not-found" },
      });
    },
    120_000,
  );

  it("leaves no image behind", async () => {
    await world.configure([
      { name: "here", driver: "local" },
      { name: "maker", driver: "fake", options: { facets: ["build"] } },
    ]);
    const dir = await world.bundle({ name: "bare" }, SCRATCH);
    const built = await helper.build(dir, { driver: "maker" });
    const reference = built.outcome.build?.image ?? "";
    expectUnusable(await helper.build(dir, { driver: "here" }));

    const stateDir = join(world.home, "drivers", "here");
    await access(stateDir);
    await using driver = localDriver.create(
      {},
      { stateDir, contentDir: join(world.home, "content") },
    );
    const signal = AbortSignal.timeout(20_000);
    expect(await driver.images?.inspect({ reference }, signal)).toBeUndefined();

    // Had there been one of this name, it would have been found.
    await derive(driver, world, "FROM scratch\nLABEL left=behind\n", reference);
    expect(await driver.images?.inspect({ reference }, signal)).toMatchObject({
      labels: { left: "behind" },
    });
  }, 120_000);
});
