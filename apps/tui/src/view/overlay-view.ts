import { padText, textWidth } from "@gantry/terminal-text";
import { bindingsOf } from "../keys/keymap.ts";
import { shownKey } from "../keys/key-name.ts";
import { oneLine } from "../screens/failure-lines.ts";
import type { Look } from "../screens/screen-kind.ts";
import type { Overlay } from "../state/state.ts";
import { screenOf } from "../state/state.ts";
import { confirmLines } from "./confirm-view.ts";
import { draftLine } from "../text/draft-line.ts";
import { draftOf } from "../text/edit-text.ts";
import { EMPTY, fitLine, type Line, line, span } from "../text/line.ts";
import { chosenLine, firstInSight } from "../text/table.ts";
import { fittingEntries } from "../update/palette.ts";

/** What is in the body while something is on top of the screen; `undefined`: the screen itself. */
export function overlayLines(look: Look): readonly Line[] | undefined {
  const { overlay } = look.state;
  switch (overlay?.kind) {
    case "help":
      return helpLines(overlay, look);
    case "palette":
      return paletteLines(overlay, look);
    case "confirm":
      return confirmLines(overlay, look);
    default:
      return undefined;
  }
}

function helpLines(
  { from }: Extract<Overlay, { kind: "help" }>,
  { state, marks, height, width }: Look,
): readonly Line[] {
  const bindings = bindingsOf(screenOf(state).kind);
  const own = bindings.filter(({ screens }) => screens !== undefined);
  const general = bindings.filter(({ screens }) => screens === undefined);
  const row = ({ keys, help }: (typeof bindings)[number]): Line => {
    const names = keys.map((key) => shownKey(key, marks)).join(" ");
    return [span("  "), span(padText(names, 20), "key"), span(help)];
  };
  const lines: readonly Line[] = [
    ...(own.length === 0 ? [] : [line("  ON THIS SCREEN", "quiet"), ...own.map(row), EMPTY]),
    line("  EVERYWHERE", "quiet"),
    ...general.map(row),
  ];
  const start = Math.max(0, Math.min(from, lines.length - height + 1));
  return [EMPTY, ...lines.slice(start, start + height - 1)].map((one) => fitLine(one, width));
}

function paletteLines(
  { text, cursor, at }: Extract<Overlay, { kind: "palette" }>,
  { state, height, width }: Look,
): readonly Line[] {
  const entries = fittingEntries(state, text);
  const room = Math.max(1, height - 2);
  const chosen = Math.min(at, entries.length - 1);
  const from = firstInSight(chosen, entries.length, room);
  const shown = entries.slice(from, from + room);
  const names = Math.min(
    Math.floor(width / 2),
    Math.max(12, ...shown.map(({ name }) => textWidth(oneLine(name)) + 2)),
  );
  return [
    [span(" :", "accent"), ...draftLine(draftOf(text, cursor), { room: width - 3 })],
    EMPTY,
    ...(entries.length === 0 ? [line("  Nothing is called that.", "quiet")] : []),
    ...shown.map(({ name, help }, index): Line => {
      const spans = [
        ...fitLine([span(padText(oneLine(name), names))], names),
        span(oneLine(help), "quiet"),
      ];
      return from + index === chosen
        ? chosenLine([span("› "), ...spans], width)
        : fitLine([span("  "), ...spans], width);
    }),
  ];
}
