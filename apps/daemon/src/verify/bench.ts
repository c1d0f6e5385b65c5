import type { DriverFixture } from "@gantry/driver-api/conformance";
import { runOnce } from "./run-once.ts";

const STARTS = 5;
const PROBES = 20;
const RUNS = 5;

/** How fast a driver is, as medians in milliseconds: a start up to its first answer, a probe, a run that does nothing. */
export async function benchDriver(
  fixture: DriverFixture,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const startMs = await medianOf(STARTS, async () => {
    await (await fixture.connect())[Symbol.asyncDispose]();
  });
  await using driver = await fixture.connect();
  const probeMs = await medianOf(PROBES, () => driver.probe(signal));
  const image = await fixture.testImage?.(driver, signal);
  const runMs =
    image === undefined || driver.run === undefined
      ? undefined
      : await medianOf(RUNS, () => runOnce(driver, { image: image.ref, script: "exit 0", signal }));
  return { startMs, probeMs, ...(runMs === undefined ? {} : { runMs }) };
}

async function medianOf(count: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const since = performance.now();
    await work();
    times.push(performance.now() - since);
  }
  const sorted = times.toSorted((left, right) => left - right);
  return Math.round((sorted[Math.floor(count / 2)] ?? 0) * 100) / 100;
}
