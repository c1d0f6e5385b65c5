import { definitionOf } from "../screens/definitions.ts";
import { chosenIndex } from "../screens/rows.ts";
import type { Screen } from "../state/screen.ts";
import { contextOf, screenOf, type State, withScreen } from "../state/state.ts";

/** Rows of the screen that are not the body's: heading, rule, command, hints. */
export const FRAME_ROWS = 4;

/** Moves the choice by that many rows, to the first or to the last one. */
export function move(state: State, by: number | "first" | "last"): State {
  const screen = screenOf(state);
  const keys = definitionOf(screen).rows(screen, { state, context: contextOf(state) });
  if (keys.length === 0) return state;
  const isFollowing = "isFollowing" in screen && screen.isFollowing;
  const from = isFollowing ? keys.length - 1 : chosenIndex(screen.place, keys);
  const to = by === "first" ? 0 : by === "last" ? keys.length - 1 : from + by;
  return choose(state, Math.max(0, Math.min(keys.length - 1, to)));
}

/** Chooses a row by its index. */
export function choose(state: State, index: number): State {
  const screen = screenOf(state);
  const keys = definitionOf(screen).rows(screen, { state, context: contextOf(state) });
  const chosen = keys[index];
  if (chosen === undefined) return state;
  return withScreen(state, unfollowed({ ...screen, place: { ...screen.place, chosen } }));
}

function unfollowed(screen: Screen): Screen {
  return "isFollowing" in screen ? { ...screen, isFollowing: false } : screen;
}

export function pageOf({ rows }: State): number {
  return Math.max(1, rows - FRAME_ROWS - 2);
}
