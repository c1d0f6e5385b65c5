import { screenOf, type State } from "../state/state.ts";
import { type Line, textOf } from "../text/line.ts";
import { NO_MARKS } from "../theme/no-marks.ts";
import { frameLines } from "../view/frame-view.ts";

/** What a screen reader has been told of the screen. */
export interface Told {
  readonly place: string;
  readonly lines: ReadonlySet<string>;
}

export const NOTHING_TOLD: Told = { place: "", lines: new Set() };

/** Wide and high enough that nothing is cut. */
const COLUMNS = 240;
const ROWS = 60;

/**
 * What is to be said after a change, as plain lines: a new screen whole, of the same screen what is new on it. That time
 * passes is nothing new.
 */
export function speak(
  state: State,
  told: Told,
): { readonly said: readonly string[]; readonly told: Told } {
  const lines = frameLines({ ...state, columns: COLUMNS, rows: ROWS }, NO_MARKS)
    .map((one) =>
      spokenText(one)
        .replaceAll(/ {2,}/g, ", ")
        .replaceAll(/^[\s,›]+|[\s,]+$/g, ""),
    )
    .filter((text) => text !== "");
  const place = placeOf(state);
  const isNew = place !== told.place;
  const said = isNew ? lines : lines.filter((text) => !told.lines.has(timeless(text)));
  const chosen = chosenOf(state);
  return { said, told: { place: `${place}`, lines: new Set([...lines.map(timeless), chosen]) } };
}

/** A line in words; a bar stands before the character that the cursor is on, unless that is the end. */
function spokenText(spans: Line): string {
  return textOf(
    spans.map(({ text, style }) =>
      (style === "cursor" || style === "chosenCursor") && text !== " "
        ? { text: `|${text}` }
        : { text },
    ),
  );
}

/** Where the user is: a change of it makes everything new. */
function placeOf(state: State): string {
  const screen = screenOf(state);
  return [state.current, screen.kind, state.overlay?.kind ?? ""].join("/");
}

function chosenOf(state: State): string {
  return screenOf(state).place.chosen ?? "";
}

function timeless(text: string): string {
  return text.replaceAll(/\d+(\.\d+)?(s|m\d\ds|m|h|d)\b|\bnow\b|\d+ lines/g, "_");
}
