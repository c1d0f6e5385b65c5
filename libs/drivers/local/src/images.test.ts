import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { localDriver } from "./definition.ts";
import { localOptionsFromEnvironment } from "./options.ts";
import { World } from "./testing/world.ts";
import { USERLAND } from "./userland/userland.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

async function withUserland() {
  const world = await World.open();
  const { images } = world.driver;
  const options = { signal: world.signal, report: async () => {} };
  if (images?.pull === undefined) throw new TypeError("no image facet");
  return { world, images, options, image: await images.pull(USERLAND, options) };
}

describe("the images of the local driver", () => {
  it("are found by name, digest and id, and nothing else is", async () => {
    const { world, images, image } = await withUserland();
    await using _ = world;
    const { signal } = world;

    expect(await images.inspect({ reference: USERLAND }, signal)).toEqual(image);
    expect(await images.inspect({ digest: image.digest ?? "" }, signal)).toEqual(image);
    expect(await images.inspect({ id: image.id }, signal)).toEqual(image);
    expect(await images.inspect({ reference: "gantry.local/other" }, signal)).toBeUndefined();
    expect(await images.inspect({ digest: DIGEST }, signal)).toBeUndefined();
    expect(await images.inspect({ id: DIGEST }, signal)).toBeUndefined();
    expect(await images.inspect({}, signal)).toBeUndefined();
  });

  it("must be what every part of a reference says", async () => {
    const { world, images, image } = await withUserland();
    await using _ = world;

    await expect(
      images.inspect({ id: image.id, digest: DIGEST }, world.signal),
    ).rejects.toMatchObject({ code: "image-mismatch" });
  });

  it("get and lose names", async () => {
    const { world, images, image } = await withUserland();
    await using _ = world;
    const { signal } = world;

    await images.tag?.({ id: image.id }, "example.com/mine:1", signal);
    expect((await images.inspect({ id: image.id }, signal))?.references).toEqual([
      "example.com/mine:1",
      USERLAND,
    ]);
    await images.remove?.({ reference: "example.com/mine:1" }, signal);
    expect((await images.inspect({ id: image.id }, signal))?.references).toEqual([USERLAND]);
    await images.remove?.({ id: image.id }, signal);
    await images.remove?.({ id: image.id }, signal);

    expect(await images.inspect({ id: image.id }, signal)).toBeUndefined();
    await expect(images.tag?.({ id: image.id }, "x:1", signal)).rejects.toMatchObject({
      code: "image-not-found",
    });
  });

  it("go to a layout and come back the same", async () => {
    const { world, images, options, image } = await withUserland();
    await using _ = world;
    const layout = join(world.home, "layout");

    const digest = (await images.exportTo?.({ id: image.id }, layout, options)) ?? "";
    await images.remove?.({ id: image.id }, world.signal);
    const back = await images.importFrom?.(layout, digest, options);

    expect(back?.id).toBe(image.id);
    expect(back?.digest).toBe(digest);
    await expect(images.importFrom?.(layout, DIGEST, options)).rejects.toMatchObject({
      code: "image-not-found",
    });
  });

  it.each([
    ["127.0.0.1:9/absent/image:1", "registry-unreachable"],
    ["NOT A NAME", "invalid-request"],
  ])(
    "that cannot be fetched are refused: %s",
    async (reference, code) => {
      await using world = await World.open();
      const options = { signal: world.signal, report: async () => {} };

      await expect(world.driver.images?.pull?.(reference, options)).rejects.toMatchObject({ code });
    },
    60_000,
  );

  it("are not fetched once the caller has gone away", async () => {
    await using world = await World.open();
    const options = { signal: AbortSignal.abort(), report: async () => {} };

    await expect(world.driver.images?.pull?.("x:1", options)).rejects.toMatchObject({
      code: "canceled",
    });
  });
});

describe("the definition of the local driver", () => {
  it("refuses options that it does not know", () => {
    const context = { stateDir: "/nowhere", contentDir: "/nowhere" };

    expect(() => localDriver.create({ colour: "red" }, context)).toThrow(
      expect.objectContaining({ code: "invalid-options" }),
    );
  });

  it("does no I/O before the first call", async () => {
    const home = await mkdtemp(join(tmpdir(), "gantry-idle-"));

    const context = { stateDir: join(home, "s"), contentDir: join(home, "c") };
    await using driver = localDriver.create({}, context);
    expect(driver.run?.capabilities.features).toContain("recover");

    expect(await readdir(home)).toEqual([]);
    await rm(home, { recursive: true });
  });

  it("finds credentials where the docker CLI keeps them", () => {
    expect(localOptionsFromEnvironment({ HOME: "/home/a", PATH: "/bin" })).toEqual({
      dockerConfigDir: "/home/a/.docker",
      helperPath: "/bin",
    });
    expect(localOptionsFromEnvironment({ HOME: "/home/a", DOCKER_CONFIG: "/d" })).toEqual({
      dockerConfigDir: "/d",
    });
    expect(localOptionsFromEnvironment({})).toEqual({});
  });
});
