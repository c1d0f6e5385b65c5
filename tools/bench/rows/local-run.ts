import { mkdir } from "node:fs/promises";
import { bareRun } from "../beside/bare-run.ts";
import { installSpec } from "../ours/bundle.ts";
import { carryOut } from "../ours/drive.ts";
import { MeasureError } from "../errors.ts";
import { overheadNote, pairedLine } from "../line.ts";
import { buildImage, generatedDockerfile, openLocalDriver } from "../ours/local-driver.ts";
import { comparePairs } from "../measure.ts";
import type { Row } from "../row.ts";
import type { World } from "../world.ts";

export const localRunRow: Row = {
  group: "install",
  what: "the local driver alone",
  measure: async (world) => [await measure(world)],
};

/** The driver has its own stores here, so that it shares no lock with the daemon. */
async function measure(world: World) {
  const { signal } = world;
  const contextDir = await world.builtBundle("local");
  const dirs = ["state", "content", "bare"].map((name) => world.newPath(name));
  for (const dir of dirs) await mkdir(dir);
  const [stateDir = "", contentDir = "", dir = ""] = dirs;
  await using driver = openLocalDriver({ stateDir, contentDir });
  const dockerfile = await generatedDockerfile(contextDir);
  const image = await buildImage(driver, { contextDir, dockerfile, signal });
  const spec = await installSpec(contextDir, { id: image.id });
  const { run } = driver;
  if (run === undefined) throw new MeasureError("The local driver cannot run.", { hint: "" });
  const pairs = await comparePairs({
    ours: { run: () => carryOut(run, spec, signal) },
    beside: await bareRun({ driver, image: { id: image.id }, spec, dir, signal }),
    pairs: world.pairs,
    signal,
  });
  return pairedLine({
    what: localRunRow.what,
    beside: "unshare",
    pairs,
    note: overheadNote(pairs),
  });
}
