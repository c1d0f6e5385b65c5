import { join } from "node:path";
import { type Line, pairedLine } from "../line.ts";
import { buildImage, openLocalDriver } from "../ours/local-driver.ts";
import { comparePairs, measureAlone, type Side } from "../measure.ts";
import type { GantryHome } from "../ours/gantry-home.ts";
import type { Row } from "../row.ts";
import { spreadOf } from "../statistics.ts";
import { Trap } from "../beside/trap.ts";
import { oncePerWorld, type World } from "../world.ts";

/** Cold builds take seconds, so there are fewer of them. */
const COLD_SHARE = 5;
const UNCHANGED_MS = 150;
const TAG = "gantry-bench";

const cold: Row = {
  group: "build",
  what: "gantry build --driver local, cold",
  measure: async (world) => [await measureCold(world)],
};

const unchanged: Row = {
  group: "build",
  what: "gantry build --driver local, unchanged",
  measure: async (world) => [await measureUnchanged(world)],
};

const untouched: Row = {
  group: "build",
  what: "engines contacted by unchanged builds",
  measure: async (world) => [await countCalls(world)],
};

export const buildRows: readonly Row[] = [cold, unchanged, untouched];

async function measureCold(world: World): Promise<Line> {
  const { signal } = world;
  const pairs = await comparePairs({
    ours: await coldBuild(world),
    beside: await coldDockerBuild(world),
    pairs: Math.ceil(world.pairs / COLD_SHARE),
    signal,
  });
  const target = { of: "ratio", atMost: 1 } as const;
  return pairedLine({ what: cold.what, beside: "docker build, cache pruned", pairs, target });
}

/** A new home each time, its daemon warm, that holds the base image and nothing else: as the engine beside it does. */
async function coldBuild(world: World): Promise<Side> {
  const { signal } = world;
  let made: { readonly home: GantryHome; readonly cwd: string } | undefined;
  return {
    async prepare() {
      const home = await world.newHome();
      made = { home, cwd: await world.newBundle() };
      await holdBase(home, world);
      await home.warmUp();
    },
    async run() {
      await made?.home.gantry(["build", "--driver", "local"], { cwd: made.cwd });
    },
    async clean() {
      await made?.home[Symbol.asyncDispose]();
      signal.throwIfAborted();
    },
  };
}

async function holdBase(home: GantryHome, world: World): Promise<void> {
  await using driver = openLocalDriver(await home.driverContext("local"));
  const dockerfile = `FROM ${world.base()}\nRUN true\n`;
  await buildImage(driver, { contextDir: home.dir, dockerfile, signal: world.signal });
}

async function coldDockerBuild(world: World): Promise<Side> {
  const { docker, args } = await dockerBuild(world);
  return {
    prepare: async () => void (await docker.run(["builder", "prune", "--all", "--force"])),
    run: async () => void (await docker.run(args)),
  };
}

async function measureUnchanged(world: World): Promise<Line> {
  const [home, cwd] = await Promise.all([world.home(), world.builtBundle("local")]);
  const { signal, pairs: count } = world;
  const ours: Side = {
    run: async () => void (await home.gantry(["build", "--driver", "local"], { cwd })),
  };
  const about = { what: unchanged.what, target: { of: "value", atMost: UNCHANGED_MS } } as const;
  if (!(await hasDocker(world))) {
    const times = await measureAlone(ours, { times: count, signal });
    const measured = { value: spreadOf(times).median, unit: "ms" } as const;
    return { ...about, measured, count };
  }
  const { docker, args } = await dockerBuild(world);
  const beside: Side = { run: async () => void (await docker.run(args)) };
  const pairs = await comparePairs({ ours, beside, pairs: count, signal });
  return pairedLine({ ...about, beside: "docker build, unchanged", pairs });
}

/** The same Dockerfile and context that the local driver builds. The image goes away at the end. */
const dockerBuild = oncePerWorld(async (world) => {
  const [docker, dir] = await Promise.all([world.docker(), world.builtBundle("local")]);
  const file = join(dir, ".cnab", "Dockerfile");
  world.use({
    [Symbol.asyncDispose]: async () => void (await docker.run(["image", "rm", TAG]).catch(String)),
  });
  return { docker, args: ["build", "--file", file, "--tag", TAG, dir] };
});

/** Builds again, of a bundle that each engine had built, with a socket in the engine's place that counts who connects. */
async function countCalls(world: World): Promise<Line> {
  const endpoints = ["local", ...((await hasDocker(world)) ? ["docker"] : [])];
  await using trap = await Trap.listen(world.newPath("trap"));
  const home = await world.home();
  const times: number[] = [];
  for (const endpoint of endpoints) {
    const cwd = await world.builtBundle(endpoint);
    const env = { DOCKER_HOST: `unix://${trap.path}` };
    const args = ["build", "--driver", endpoint];
    const run = async (): Promise<void> => void (await home.gantry(args, { cwd, env }));
    times.push(...(await measureAlone({ run }, { times: world.pairs, signal: world.signal })));
  }
  return {
    what: untouched.what,
    measured: { value: trap.calls, unit: "calls" },
    target: { of: "value", atMost: 0 },
    count: times.length,
    note: `bundles built with ${endpoints.join(" and ")}, ${spreadOf(times).median.toFixed(0)} ms each`,
  };
}

function hasDocker(world: World): Promise<boolean> {
  return world.docker().then(
    () => true,
    () => false,
  );
}
