/** What text means; the theme decides how that looks. */
export type Style =
  | "good"
  | "bad"
  | "warning"
  | "quiet"
  | "strong"
  | "accent"
  | "title"
  | "key"
  | "rule"
  | "chosen"
  | "chosenGood"
  | "chosenBad"
  | "chosenWarning"
  /** The character before which the next one goes. */
  | "cursor"
  | "chosenCursor"
  | "stale";

/** Marks; each is one column wide. */
export interface Marks {
  readonly done: string;
  readonly failed: string;
  readonly cached: string;
  readonly canceled: string;
  readonly waiting: string;
  readonly folded: string;
  readonly unfolded: string;
  readonly dot: string;
  readonly ring: string;
  readonly rule: string;
  readonly bar: string;
  readonly filled: string;
  readonly empty: string;
  readonly spinner: readonly string[];
  readonly up: string;
  readonly down: string;
  readonly enter: string;
}
