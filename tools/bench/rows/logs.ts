import { MeasureError } from "../errors.ts";
import { type Line, pairedLine } from "../line.ts";
import { comparePairs, type Side } from "../measure.ts";
import type { Row } from "../row.ts";
import { startInstall } from "../ours/install.ts";
import { Watcher } from "../ours/watcher.ts";
import { LINES, linesEndpoint, type World } from "../world.ts";

/** Each round prints many lines, so there are fewer rounds. */
const SHARE = 3;
const MANY = 10;

const COUNT = LINES.toLocaleString("en-US");

const toMany: Row = {
  group: "logs",
  what: "log lines to each of ten clients",
  measure: async (world) => {
    const script = await printing(world, linesEndpoint(LINES), "scratch");
    const sides = [await linesTo(MANY, script), await linesTo(1, script)] as const;
    const note = `${COUNT} lines a run, from a driver in a process of its own to clients in processes of their own`;
    return [await compare(world, sides, { what: toMany.what, beside: "to one client", note })];
  },
};

const ofLocal: Row = {
  group: "logs",
  what: "log lines of a run with the local driver, to one client",
  measure: async (world) => {
    const script = await printing(world, linesEndpoint(LINES), "scratch");
    const real = await printing(world, "local", world.base());
    const sides = [await linesTo(1, real), await linesTo(1, script)] as const;
    const note = `${COUNT} lines of seq, through the run tool`;
    return [await compare(world, sides, { what: ofLocal.what, beside: "of a script", note })];
  },
};

export const logsRows: readonly Row[] = [toMany, ofLocal];

interface Texts {
  readonly what: string;
  readonly beside: string;
  readonly note: string;
}

async function compare(world: World, sides: readonly [Side, Side], texts: Texts): Promise<Line> {
  const [ours, beside] = sides;
  const count = Math.ceil(world.pairs / SHARE);
  const pairs = await comparePairs({ ours, beside, pairs: count, signal: world.signal });
  return pairedLine({ ...texts, pairs, unit: "lines/s" });
}

/** A bundle that has been built with the endpoint that runs it. */
interface Printing {
  readonly world: World;
  readonly dir: string;
  readonly endpoint: string;
}

async function printing(world: World, endpoint: string, base: string): Promise<Printing> {
  const home = await world.home();
  const dir = await world.newPrintingBundle({ lines: LINES, base });
  await home.gantry(["build", "--driver", endpoint], { cwd: dir });
  return { world, dir, endpoint };
}

/** Lines a second that each of `count` clients gets, from the request to start the run to the last line of the last client. */
async function linesTo(count: number, { world, dir, endpoint }: Printing): Promise<Side> {
  const home = await world.home();
  const client = world.use(await home.connect());
  const watchers = await Promise.all(
    Array.from({ length: count }, async () => world.use(await Watcher.start(home.dir))),
  );
  return {
    run: async () => {
      const started = performance.now();
      const installation = world.newName("lines");
      const operationId = await startInstall(client, { dir, endpoint, installation });
      for (const watcher of watchers) watcher.follow(operationId);
      for (const watcher of watchers) checkLines(await watcher.lines(), LINES);
      return LINES / ((performance.now() - started) / 1000);
    },
  };
}

/** No client may have lost a line; the run tool adds some of its own. */
export function checkLines(got: number, expected: number): void {
  if (got >= expected) return;
  throw new MeasureError(`A client got ${got} lines of ${expected}.`, { hint: "" });
}
