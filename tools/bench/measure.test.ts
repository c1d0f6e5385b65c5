import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { comparePairs, measureAlone, type Side } from "./measure.ts";

const { signal } = new AbortController();

function recorder(name: string, journal: string[]): Side {
  return {
    run: async (round) => {
      journal.push(`${name}${round}`);
      return 1;
    },
  };
}

test("takes turns at going first, and leaves the warm-up out", async () => {
  const journal: string[] = [];
  const [ours, beside] = [recorder("a", journal), recorder("b", journal)];

  const pairs = await comparePairs({ ours, beside, pairs: 2, signal });

  expect(journal).toEqual(["b-1", "a-1", "a0", "b0", "b1", "a1"]);
  expect(pairs).toEqual([
    { ours: 1, beside: 1 },
    { ours: 1, beside: 1 },
  ]);
});

const slow = (): Promise<void> => delay(200);

test("times the run alone, not what is prepared or cleared away", async () => {
  const side: Side = { prepare: slow, run: () => delay(20), clean: slow };

  const [took = 0] = await measureAlone(side, { times: 1, signal });

  expect(took).toBeGreaterThan(15);
  expect(took).toBeLessThan(200);
});

test("takes a number of its own instead of the time", async () => {
  expect(await measureAlone({ run: async () => 42 }, { times: 3, signal })).toEqual([42, 42, 42]);
});

test("stops when it is told to", async () => {
  const abort = new AbortController();
  const journal: string[] = [];
  const stopping: Side = { run: async () => abort.abort() };
  const comparison = {
    ours: stopping,
    beside: recorder("b", journal),
    pairs: 5,
    signal: abort.signal,
  };

  await expect(comparePairs(comparison)).rejects.toThrow("aborted");
  expect(journal).toEqual(["b-1"]);
});

test("passes a failure on", async () => {
  const failing: Side = { run: () => Promise.reject(new RangeError("away")) };

  await expect(measureAlone(failing, { times: 1, signal })).rejects.toThrow("away");
});
