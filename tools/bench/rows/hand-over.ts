import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Driver } from "@gantry/driver-api";
import { dockerDriver } from "@gantry/driver-docker";
import { linkBlobs } from "@gantry/oci";
import type { Image } from "@gantry/reports";
import { type Line, pairedLine } from "../line.ts";
import { comparePairs, type Side } from "../measure.ts";
import { buildImage, openLocalDriver } from "../ours/local-driver.ts";
import type { Row } from "../row.ts";
import type { World } from "../world.ts";

const WHAT = "hand over an image with one new layer, local to docker";
const BESIDE = "docker save | docker load";
/** Of the layer that changes. */
const LAYER_BYTES = 256 * 1024;

/** An image whose last layer is new each time, from the local driver's store into the engine; beside it the engine's own way to hand one over. */
export const handOverRows: readonly Row[] = [
  { group: "hand-over", what: WHAT, measure: async (world) => [await measure(world)] },
];

async function measure(world: World): Promise<Line> {
  const pairs = await comparePairs({
    ours: await handOver(world),
    beside: await saveAndLoad(world),
    pairs: world.pairs,
    signal: world.signal,
  });
  return pairedLine({ what: WHAT, beside: BESIDE, pairs });
}

async function handOver(world: World): Promise<Side> {
  const { signal } = world;
  const home = await world.home();
  const context = await home.driverContext("local");
  const local = world.use(openLocalDriver(context));
  const host = world.env["GANTRY_TEST_DOCKER_HOST"];
  const docker = world.use(dockerDriver.create({ host }, context));
  const work = { signal, report: async () => undefined };
  let image: Image | undefined;
  let layout = "";
  return {
    async prepare() {
      image = await changedImage(world, local);
      layout = world.newPath("layout");
    },
    async run() {
      await linkBlobs(context.contentDir, layout);
      const digest = await local.images?.exportTo?.({ id: image?.id ?? "" }, layout, work);
      await docker.images?.importFrom?.(layout, digest ?? "", work);
    },
    async clean() {
      await docker.images?.remove?.({ id: image?.id ?? "" }, signal);
      await rm(layout, { recursive: true, force: true });
    },
  };
}

async function changedImage(world: World, local: Driver): Promise<Image> {
  const contextDir = world.newPath("changed");
  await mkdir(contextDir);
  await writeFile(join(contextDir, "new"), randomBytes(LAYER_BYTES));
  const dockerfile = `FROM ${world.base()}\nCOPY new /new\n`;
  return buildImage(local, { contextDir, dockerfile, signal: world.signal });
}

/** The same base with a layer of that size. */
async function saveAndLoad(world: World): Promise<Side> {
  const docker = await world.docker();
  const dir = world.newPath("saved");
  await mkdir(dir);
  await writeFile(join(dir, "new"), randomBytes(LAYER_BYTES));
  await writeFile(join(dir, "Dockerfile"), `FROM ${world.base()}\nCOPY new /new\n`);
  const tag = "gantry-bench-saved";
  await docker.run(["build", "--tag", tag, dir]);
  world.use({
    [Symbol.asyncDispose]: async () => void (await docker.run(["image", "rm", tag]).catch(String)),
  });
  const file = join(dir, "image.tar");
  return {
    async run() {
      await docker.run(["save", "--output", file, tag]);
      await docker.run(["load", "--input", file]);
    },
    clean: () => rm(file, { force: true }),
  };
}
