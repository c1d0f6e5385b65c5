import type { Pair } from "./statistics.ts";

/** One of two things that are compared. */
export interface Side {
  /** What has to be there before; not timed. `round` counts from 0; the warm-up is round -1. */
  prepare?(round: number): Promise<void>;
  /** What is timed, in milliseconds, unless it gives a number of its own. */
  run(round: number): Promise<number | void>;
  /** Clears away; not timed. */
  clean?(round: number): Promise<void>;
}

export interface Comparison {
  readonly ours: Side;
  readonly beside: Side;
  /** How often each side is timed. */
  readonly pairs: number;
  /** A first round that does not count. Default true. */
  readonly warmUp?: boolean;
  readonly signal: AbortSignal;
}

/** Times two things in turns, each first in every other round, so that neither gains from its place. */
export async function comparePairs(comparison: Comparison): Promise<readonly Pair[]> {
  const { ours, beside, pairs, warmUp = true, signal } = comparison;
  const results: Pair[] = [];
  for (let round = warmUp ? -1 : 0; round < pairs; round += 1) {
    signal.throwIfAborted();
    const pair = await measurePair(ours, beside, round);
    if (round >= 0) results.push(pair);
  }
  return results;
}

/** Times one thing again and again, in milliseconds. The first time does not count. */
export async function measureAlone(
  side: Side,
  { times, signal }: { readonly times: number; readonly signal: AbortSignal },
): Promise<readonly number[]> {
  const results: number[] = [];
  for (let round = -1; round < times; round += 1) {
    signal.throwIfAborted();
    const took = await time(side, round);
    if (round >= 0) results.push(took);
  }
  return results;
}

async function measurePair(ours: Side, beside: Side, round: number): Promise<Pair> {
  if (round % 2 === 0) {
    const first = await time(ours, round);
    return { ours: first, beside: await time(beside, round) };
  }
  const first = await time(beside, round);
  return { beside: first, ours: await time(ours, round) };
}

async function time(side: Side, round: number): Promise<number> {
  await side.prepare?.(round);
  const started = performance.now();
  const own = await side.run(round);
  const took = performance.now() - started;
  await side.clean?.(round);
  return own ?? took;
}
