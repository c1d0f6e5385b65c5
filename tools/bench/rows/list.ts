import { type Line, pairedLine } from "../line.ts";
import { comparePairs } from "../measure.ts";
import type { GantryHome } from "../ours/gantry-home.ts";
import { install } from "../ours/install.ts";
import { runProgram } from "../program.ts";
import type { Row } from "../row.ts";
import { SMALL_CALLS, type World } from "../world.ts";

/** Starts are cheap and their times scatter, so there are many pairs. */
const TIMES = 3;
const INSTALLATIONS = 50;

const empty: Row = {
  group: "list",
  what: "gantry list, daemon warm",
  measure: async (world) => [await measure(world, empty.what, await world.home())],
};

const full: Row = {
  group: "list",
  what: `gantry list, ${INSTALLATIONS} installations`,
  async measure(world) {
    await using home = await world.newHome();
    await home.warmUp();
    await fill(home, world);
    return [await measure(world, full.what, home)];
  },
};

export const listRows: readonly Row[] = [empty, full];

/** Installs a bundle under many names, with a driver that only pretends. */
async function fill(home: GantryHome, world: World): Promise<void> {
  const dir = await world.newPrintingBundle({ lines: 1, base: "scratch" });
  await home.gantry(["build", "--driver", SMALL_CALLS], { cwd: dir });
  await using client = await home.connect();
  for (let n = 0; n < INSTALLATIONS; n += 1) {
    await install(client, { dir, endpoint: SMALL_CALLS, installation: world.newName("listed") });
  }
}

async function measure(world: World, what: string, home: GantryHome): Promise<Line> {
  const { signal } = world;
  const options = { env: home.env, signal };
  const pairs = await comparePairs({
    ours: { run: async () => void (await home.gantry(["list"])) },
    beside: { run: async () => void (await runProgram(process.execPath, ["-e", "0"], options)) },
    pairs: world.pairs * TIMES,
    signal,
  });
  const target = { of: "ratio", atMost: 1.5 } as const;
  return pairedLine({ what, beside: "node -e 0", pairs, target });
}
