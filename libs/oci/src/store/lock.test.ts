import { readdirSync, symlinkSync } from "node:fs";
import { expect, it } from "vitest";
import { run, Scratch } from "../testing/scratch.ts";
import { encodeHolder, selfHolder } from "./holder.ts";
import { DirectoryLock } from "./lock.ts";

const SOURCE = JSON.stringify(new URL("lock.ts", import.meta.url).href);

/** A program that takes the lock in `directory` twenty times. */
function taker(directory: string): string[] {
  const code = `
    const { DirectoryLock } = await import(${SOURCE});
    const lock = new DirectoryLock(${JSON.stringify(directory)});
    for (let i = 0; i < 20; i += 1) await lock.run(async () => {}, { waitMs: 3_000 });`;
  return ["--conditions=@gantry/source", "--input-type=module", "-e", code];
}

it("a process that takes it over and over does not keep another out", async () => {
  await using scratch = await Scratch.make();
  const directory = scratch.at("lock");
  const lock = new DirectoryLock(directory);
  const stop = new AbortController();
  const busy = (async () => {
    let turns = 0;
    for (; !stop.signal.aborted; turns += 1) await lock.run(() => pause(20));
    return turns;
  })();

  await run(process.execPath, taker(directory));
  stop.abort();

  expect(await busy).toBeGreaterThan(1);
  expect(readdirSync(directory).filter((name) => name.startsWith("waiting."))).toEqual([]);
});

it("nobody gives way to one that died waiting", async () => {
  await using scratch = await Scratch.make();
  const directory = scratch.at("lock");
  const lock = new DirectoryLock(directory);
  await lock.run(async () => {});
  const dead = encodeHolder({ ...selfHolder(), start: "1" });
  symlinkSync(dead, `${directory}/waiting.0123456789abcdef`);

  await lock.run(async () => {});

  expect(readdirSync(directory)).toEqual(["2.free"]);
});

it("a waiting process can be called off and is forgotten", async () => {
  await using scratch = await Scratch.make();
  const directory = scratch.at("lock");
  const lock = new DirectoryLock(directory);

  await lock.run(async () => {
    const other = lock.run(async () => {}, { signal: AbortSignal.timeout(50) });
    await expect(other).rejects.toMatchObject({ name: "TimeoutError" });
  });

  expect(readdirSync(directory)).toEqual(["1.free"]);
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
