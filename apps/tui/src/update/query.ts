import { screenOf, type State, withContext } from "../state/state.ts";

/** The screen with other words to search for; the first row that fits is chosen. */
export function withQuery(state: State, query: string): State {
  return withContext(state, state.current, (one) => {
    const top = screenOf(state);
    const { chosen: _lost, ...place } = top.place;
    return {
      ...one,
      screens: [...one.screens.slice(0, -1), { ...top, place: { ...place, query } }],
    };
  });
}

/** The screen without what was on top of it. */
export function close({ overlay: _gone, ...rest }: State): State {
  return rest;
}
