import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { engine } from "../../../../tools/engines/require.ts";
import { BuildxWorld } from "./testing/buildx-world.ts";

const buildx = engine("buildx");

describe.skipIf(!buildx.available)("the probe of a builder", () => {
  if (!buildx.available) return;

  it("is ready and says with what it builds, and for which platforms", async () => {
    await using world = await BuildxWorld.open(buildx, "remote");
    const driver = world.create();

    const probe = await driver.probe(world.signal);

    expect(probe).toMatchObject({ state: "ready", problems: [] });
    expect(probe.engine).toMatch(/^buildx 0\.\d+.*builder far \(remote\)/u);
    expect(driver.build?.capabilities.platforms).toContain("linux/amd64");
  });

  it("says that the plugin is missing, and where it was looked for", async () => {
    await using world = await BuildxWorld.open(buildx, "classic");
    const { program: _, ...options } = world.options;
    const environment = { ...options.environment, PATH: world.dir.path };

    const probe = await world.create({ program: undefined, environment }).probe(world.signal);

    expect(probe.state).toBe("unavailable");
    expect(probe.problems[0]).toMatchObject({
      text: expect.stringMatching(/cli-plugins/u),
      fix: expect.stringMatching(/Install/u),
    });
  });

  it("says that the engine is away", async () => {
    await using world = await BuildxWorld.open(buildx, "classic");
    const DOCKER_HOST = `unix://${join(world.dir.path, "no.sock")}`;
    const environment = { ...world.options.environment, DOCKER_HOST };

    const probe = await world.create({ environment }).probe(world.signal);

    expect(probe).toMatchObject({
      state: "unavailable",
      problems: [{ text: expect.stringMatching(/Cannot connect/u) }],
    });
  });

  it("says that there is no such builder", async () => {
    await using world = await BuildxWorld.open(buildx, "classic");

    const probe = await world.create({ builder: "nobody" }).probe(world.signal);

    expect(probe).toMatchObject({
      state: "unavailable",
      problems: [{ text: expect.stringMatching(/nobody/u), fix: expect.stringMatching(/ls/u) }],
    });
  });

  it("warns of images in the engine whose ids would not be theirs", async () => {
    await using world = await BuildxWorld.open(buildx, "containerd");

    const probe = await world.create({ output: "engine" }).probe(world.signal);

    expect(probe).toMatchObject({
      state: "degraded",
      problems: [{ fix: expect.stringMatching(/layout/u) }],
    });
  });
});
