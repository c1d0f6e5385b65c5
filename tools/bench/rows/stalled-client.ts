import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { GantryHome } from "../ours/gantry-home.ts";
import type { Line } from "../line.ts";
import type { Row } from "../row.ts";
import { startInstall } from "../ours/install.ts";
import { Watcher } from "../ours/watcher.ts";
import { linesEndpoint, MANY_LINES, type World } from "../world.ts";
import { checkLines } from "./logs.ts";

/** Milliseconds for the stalled client to have begun, and for the daemon to rest afterwards. */
const BEGIN_MS = 200;
const REST_MS = 2_000;

export const stalledClientRow: Row = {
  group: "logs",
  what: "daemon RSS, peak with one stalled client",
  measure: async (world) => [await measure(world)],
};

/** Megabytes of the daemon. */
interface Memory {
  readonly before: number;
  readonly peak: number;
  readonly after: number;
}

/** The same million lines twice: followed by one client, then by that one and one more that never reads. */
async function measure(world: World): Promise<Line> {
  await using home = await world.newHome();
  await home.warmUp();
  const dir = await world.newPrintingBundle({ lines: MANY_LINES, base: "scratch" });
  await home.gantry(["build", "--driver", linesEndpoint(MANY_LINES)], { cwd: dir });
  // A first run makes the daemon as large as it ever gets by itself.
  await printLines(home, dir, { installation: "first", hasStalled: false });
  const without = await printLines(home, dir, { installation: "without", hasStalled: false });
  const stalled = await printLines(home, dir, { installation: "with", hasStalled: true });
  return {
    what: stalledClientRow.what,
    measured: { value: stalled.peak, unit: "MB" },
    beside: { what: "peak without it", measured: { value: without.peak, unit: "MB" } },
    count: 1,
    note: `${MANY_LINES.toLocaleString("en-US")} lines; without ${describe(without)}; with ${describe(stalled)}`,
  };
}

async function printLines(
  home: GantryHome,
  dir: string,
  { installation, hasStalled }: { readonly installation: string; readonly hasStalled: boolean },
): Promise<Memory> {
  const pid = await home.daemonPid();
  await using client = await home.connect();
  await using reader = await Watcher.start(home.dir);
  await using other = await Watcher.start(home.dir);
  const before = (await memoryOf(pid)).now;
  await resetPeak(pid);
  const endpoint = linesEndpoint(MANY_LINES);
  const operationId = await startInstall(client, { dir, endpoint, installation });
  if (hasStalled) {
    other.follow(operationId);
    await delay(BEGIN_MS);
    other.stall();
  }
  reader.follow(operationId);
  checkLines(await reader.lines(), MANY_LINES);
  const { peak } = await memoryOf(pid);
  await delay(REST_MS);
  return { before, peak, after: (await memoryOf(pid)).now };
}

/** The kernel counts the peak anew from here. */
async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5");
}

async function memoryOf(pid: number): Promise<{ readonly now: number; readonly peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const megabytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
}

function describe({ before, peak, after }: Memory): string {
  return `${before.toFixed(0)} before, ${peak.toFixed(0)} peak, ${after.toFixed(0)} MB after`;
}
