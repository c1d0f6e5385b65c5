import type { Marks } from "./style.ts";

/** For counting rows, where nothing is drawn. */
export const NO_MARKS: Marks = {
  done: "",
  failed: "",
  cached: "",
  canceled: "",
  waiting: "",
  folded: "",
  unfolded: "",
  dot: "",
  ring: "",
  rule: "",
  bar: "",
  filled: "",
  empty: "",
  spinner: [],
  up: "",
  down: "",
  enter: "",
};
