import { textWidth } from "@gantry/terminal-text";
import type { Action } from "../keys/keymap.ts";
import { screenOf, type State, type Step, still } from "../state/state.ts";
import { hintsOf } from "../view/hints.ts";

/** A click on a hint does what its key does. */
export function clickHint(
  state: State,
  column: number,
  perform: (state: State, action: Action) => Step,
): Step {
  let at = 1;
  for (const { key, word, action } of hintsOf(screenOf(state), state)) {
    const width = textWidth(`${key} ${word}  `);
    if (column >= at && column < at + width - 2) return perform(state, action);
    at += width;
  }
  return still(state);
}
