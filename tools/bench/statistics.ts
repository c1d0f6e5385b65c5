/** Where the middle and the middle half of some numbers lie. */
export interface Spread {
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
}

/** Two timings taken one right after the other, in any unit. */
export interface Pair {
  readonly ours: number;
  readonly beside: number;
}

/** The value below which the share `q` of `values` lies, between two of them in proportion. NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    p25: quantile(values, 0.25),
    median: quantile(values, 0.5),
    p75: quantile(values, 0.75),
  };
}

/** The ratio within each pair: what slows the whole machine for a while slows both of a pair and cancels out. */
export function ratioOf(pairs: readonly Pair[]): Spread {
  return spreadOf(pairs.map(({ ours, beside }) => ours / beside));
}

/** The difference within each pair. */
export function differenceOf(pairs: readonly Pair[]): Spread {
  return spreadOf(pairs.map(({ ours, beside }) => ours - beside));
}
