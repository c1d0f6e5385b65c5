import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { ChildDaemon } from "../support/child.ts";
import { processesIn } from "../support/processes-in.ts";
import { type Helper, World } from "../support/world.ts";

const DRIVER = fileURLToPath(new URL("driver.ts", import.meta.url));
const PLAYS = ["huge-message", "flood", "flood-stderr"] as const;
/** What a daemon may grow by, whatever its drivers send. */
const MOST_BYTES = 300 * 1024 * 1024;

async function memoryOf(helper: Helper): Promise<number> {
  return (await helper.request("daemon.status", {})).memoryBytes;
}

it("the daemon's memory is bounded, and it answers, whatever drivers send", async () => {
  await using world = await World.open([
    { name: "maker", driver: "fake", options: { facets: ["build"] } },
    ...PLAYS.map((play) => ({ name: play, command: [process.execPath, DRIVER, play] })),
  ]);
  const daemon = ChildDaemon.start(world);
  const child = await daemon.client();
  const bundle = await world.bundle();
  expect((await child.build(bundle, { driver: "maker" })).outcome.operation.status).toBe(
    "succeeded",
  );
  const before = await memoryOf(child);
  const done = new AbortController();
  const peak = watch(child, done.signal);
  await Promise.all(
    PLAYS.map((play) => child.install(bundle, { driver: play, installation: play })),
  );
  done.abort();
  // Whatever they do just now ends with the daemon, however that ends.
  const again = await child.begin(bundle, { driver: "huge-message", installation: "again" });
  void child.finish(again).catch(() => undefined);
  await expect.poll(() => processesIn(world.dir).length).toBeGreaterThan(0);
  await daemon.kill("SIGKILL");

  const { most, slowestMs } = await peak;

  await expect.poll(() => processesIn(world.dir), { timeout: 10_000 }).toEqual([]);
  expect(most - before).toBeLessThan(MOST_BYTES);
  expect(slowestMs).toBeLessThan(5_000);
  process.stdout.write(
    `hostile drivers: the daemon grew by ${((most - before) / 1024 / 1024).toFixed(0)} MiB at most; its slowest answer took ${slowestMs.toFixed(0)} ms\n`,
  );
}, 120_000);

/** The most memory that the daemon had, and the longest that it took to say so. */
async function watch(helper: Helper, done: AbortSignal) {
  let most = 0;
  let slowestMs = 0;
  while (!done.aborted) {
    const since = performance.now();
    most = Math.max(most, await memoryOf(helper));
    slowestMs = Math.max(slowestMs, performance.now() - since);
    await delay(50);
  }
  return { most, slowestMs };
}
