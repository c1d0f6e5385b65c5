import { differenceOf, type Pair, ratioOf, type Spread, spreadOf } from "./statistics.ts";

export type Unit = "ms" | "µs" | "MB" | "lines/s" | "calls" | "%";

/** A number with its unit: the middle of several, or one. */
export interface Figure {
  readonly value: number;
  readonly unit: Unit;
}

/** What a figure or a ratio should be at most. */
export interface Target {
  readonly of: "ratio" | "value";
  readonly atMost: number;
}

/** One line of the table. */
export interface Line {
  readonly what: string;
  readonly measured: Figure;
  /** What it was compared with. */
  readonly beside?: { readonly what: string; readonly measured: Figure };
  readonly ratio?: Spread;
  readonly target?: Target;
  /** How many pairs, or how often it was measured. */
  readonly count: number;
  readonly note?: string;
}

/** A line that could not be measured. */
export interface Gap {
  readonly what: string;
  readonly reason: string;
  /** An engine that is not there is no failure of the measuring. */
  readonly isFailure: boolean;
}

export interface PairedLine {
  readonly what: string;
  readonly beside: string;
  readonly pairs: readonly Pair[];
  readonly unit?: Unit;
  readonly target?: Target;
  readonly note?: string;
}

/** A line of a comparison: medians of both, and the ratio within the pairs. */
export function pairedLine({ pairs, beside, unit = "ms", ...rest }: PairedLine): Line {
  const median = (side: "ours" | "beside"): Figure => ({
    value: spreadOf(pairs.map((pair) => pair[side])).median,
    unit,
  });
  return {
    ...rest,
    measured: median("ours"),
    beside: { what: beside, measured: median("beside") },
    ratio: ratioOf(pairs),
    count: pairs.length,
  };
}

/** How much more the one took than the other, in words. */
export function overheadNote(pairs: readonly Pair[]): string {
  const { p25, median, p75 } = differenceOf(pairs);
  const sign = median < 0 ? "" : "+";
  return `${sign}${median.toFixed(1)} ms (${p25.toFixed(1)} to ${p75.toFixed(1)})`;
}

/** Whether a line keeps to its target; `undefined` without one. */
export function isMet({ target, ratio, measured }: Line): boolean | undefined {
  if (target === undefined) return undefined;
  const value = target.of === "ratio" ? ratio?.median : measured.value;
  return value !== undefined && value <= target.atMost;
}
