import { definitionOf } from "../screens/definitions.ts";
import { oneLine } from "../screens/failure-lines.ts";
import type { Look } from "../screens/screen-kind.ts";
import { type Context, contextOf, type Overlay, screenOf, type State } from "../state/state.ts";
import { ageOf } from "../text/age.ts";
import { draftLine } from "../text/draft-line.ts";
import { draftOf } from "../text/edit-text.ts";
import { EMPTY, endsLine, fitLine, type Line, line, lineWidth, span } from "../text/line.ts";
import type { Marks } from "../theme/style.ts";
import { FRAME_ROWS } from "../update/move.ts";
import { hintsOf } from "./hints.ts";
import { overlayLines } from "./overlay-view.ts";

const LEAST_COLUMNS = 30;
const LEAST_ROWS = 8;

/** The whole screen: exactly `rows` lines of at most `columns` columns. Pure. */
export function frameLines(state: State, marks: Marks): readonly Line[] {
  const { columns, rows } = state;
  if (columns < LEAST_COLUMNS || rows < LEAST_ROWS) return tooSmall(state);
  const context = contextOf(state);
  const look: Look = { state, context, width: columns, height: rows - FRAME_ROWS, marks };
  const body = bodyLines(look);
  const padded = Array.from({ length: look.height }, (_, index) =>
    fitLine(body[index] ?? EMPTY, columns),
  );
  return [
    headLine(look),
    [span(marks.rule.repeat(columns), context.link.kind === "live" ? "rule" : "stale")],
    ...padded,
    commandLine(look),
    hintLine(look),
  ];
}

function bodyLines(look: Look): readonly Line[] {
  const overlay = overlayLines(look);
  if (overlay !== undefined) return overlay;
  const screen = screenOf(look.state);
  return definitionOf(screen).view(screen, look);
}

function headLine({ state, context, width, marks }: Look): Line {
  const titles = context.screens
    .map((screen) => oneLine(definitionOf(screen).title(screen, context)))
    .filter((title) => title !== "");
  const right: Line = [...contextSpans(state, marks), span(" ")];
  const whole = pathLine(titles);
  const fits = lineWidth(whole) + lineWidth(right) < width;
  return endsLine(fits ? whole : pathLine(titles.slice(-1)), right, width);
}

function pathLine(titles: readonly string[]): Line {
  const path = titles.flatMap(
    (title, index): Line => [
      span(" › ", "quiet"),
      span(title, index === titles.length - 1 ? "strong" : "quiet"),
    ],
  );
  return [span(" gantry", "title"), ...path];
}

/** The daemons; the one on the screen with how the line to it is. */
function contextSpans({ contexts, current, now, columns }: State, marks: Marks): Line {
  return contexts.flatMap((context, index): Line => {
    const isCurrent = index === current;
    if (!isCurrent && columns < 60) return [];
    const gap = index === 0 ? [] : [span("  ")];
    const { link, name } = context;
    if (link.kind === "live")
      return [
        ...gap,
        span(`${isCurrent ? marks.dot : marks.ring} `, "good"),
        span(name, isCurrent ? undefined : "quiet"),
      ];
    return [...gap, span(`${marks.ring} ${name} ${awayText(context, now)}`, "stale")];
  });
}

function awayText({ link }: Context, now: number): string {
  if (link.kind !== "lost") return "connecting";
  return `away, as of ${ageOf(new Date(link.since).toISOString(), now)} ago`.replace(
    "now ago",
    "now",
  );
}

function commandLine({ state, context, width }: Look): Line {
  const { overlay, toast } = state;
  const screen = screenOf(state);
  if (overlay?.kind === "search")
    return [
      span(" /", "accent"),
      ...draftLine(draftOf(screen.place.query, overlay.cursor), { room: width - 3 }),
    ];
  if (toast !== undefined)
    return fitLine(line(` ${oneLine(toast.text)}`, toast.isBad ? "bad" : "accent"), width);
  if (state.wanted !== undefined)
    return fitLine(line(WANTED_WORDS[state.wanted.resource.kind], "accent"), width);
  if (context.link.kind === "lost") return awayLine(context, width);
  const filter = screen.place.query === "" ? [] : [span(` /${screen.place.query} `, "accent")];
  // A question says by itself what command it stands for.
  if (overlay?.kind === "confirm") return EMPTY;
  const command = definitionOf(screen).command(screen, context);
  const left: Line = [...filter, span(" $ ", "quiet"), span(oneLine(command), "quiet")];
  return endsLine(
    left,
    overlay === undefined && screen.kind !== "form"
      ? [span("y", "key"), span(" copies ", "quiet")]
      : [],
    width,
  );
}

const WANTED_WORDS = {
  request: " Asking what it was started with ...",
  bundle: " Asking what the bundle takes ...",
  options: " Asking what the driver takes ...",
} as const;

function awayLine({ link }: Context, width: number): Line {
  if (link.kind !== "lost") return EMPTY;
  const { message, hint = "" } = link.failure;
  const left = [span(` ${oneLine(`${message} ${hint}`)}`, "stale")];
  return endsLine(left, [span("a", "key"), span(" starts it ", "quiet")], width);
}

function hintLine({ state, width }: Look): Line {
  const { overlay } = state;
  if (overlay !== undefined) return fitLine(line(` ${overlayHint(overlay)}`, "quiet"), width);
  const hints = hintsOf(screenOf(state), state);
  const spans = hints.flatMap(
    ({ key, word }): Line => [span(key, "key"), span(` ${word}  `, "quiet")],
  );
  return fitLine([span(" "), ...spans], width);
}

function overlayHint(overlay: Overlay): string {
  if (overlay.kind !== "confirm" || overlay.refusal === undefined)
    return OVERLAY_HINTS[overlay.kind];
  return overlay.granting === undefined
    ? "Esc goes back"
    : "A grants what it asks for, Esc does not";
}

const OVERLAY_HINTS = {
  help: "Up and Down scroll, any other key closes",
  search: "Enter keeps the search, Esc drops it",
  palette: "Tab completes, Enter does it, Esc closes",
  confirm: "Enter does it, Esc does not",
} as const;

function tooSmall({ columns, rows }: State): readonly Line[] {
  const text = [
    `Too small: ${columns}x${rows}.`,
    `Needs ${LEAST_COLUMNS}x${LEAST_ROWS}; q leaves.`,
  ];
  return Array.from({ length: rows }, (_, index) => fitLine(line(text[index] ?? ""), columns));
}
