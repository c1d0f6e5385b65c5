import type { ListPlace } from "../state/screen.ts";

/** Index of the chosen row; the first one when the chosen one is gone; -1 when there is none. */
export function chosenIndex(place: ListPlace, keys: readonly string[]): number {
  if (keys.length === 0) return -1;
  const index = place.chosen === undefined ? 0 : keys.indexOf(place.chosen);
  return Math.max(0, index);
}

/** Whether a row with these texts is to be shown. */
export function matches({ query }: ListPlace, ...texts: readonly string[]): boolean {
  if (query === "") return true;
  const wanted = query.toLowerCase();
  return texts.some((text) => text.toLowerCase().includes(wanted));
}
