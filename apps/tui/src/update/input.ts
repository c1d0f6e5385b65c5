import { type Action, actionOf } from "../keys/keymap.ts";
import { definitionOf } from "../screens/definitions.ts";
import { back, goTo } from "../state/navigation.ts";
import type { Input } from "../state/message.ts";
import { type Screen, TOP } from "../state/screen.ts";
import {
  contextOf,
  say,
  screenOf,
  type State,
  type Step,
  still,
  step,
  withContext,
} from "../state/state.ts";
import { NO_MARKS } from "../theme/no-marks.ts";
import { clickHint } from "./click.ts";
import { handleForm } from "./form-input.ts";
import { choose, FRAME_ROWS, move, pageOf } from "./move.ts";
import { handleOverlay } from "./overlay-input.ts";
import { withQuery } from "./query.ts";

/** What a key, a click or a paste does. */
export function handleInput(state: State, input: Input): Step {
  if (input.kind === "key" && input.key === "ctrl-c") return step(state, { kind: "quit" });
  if (state.overlay !== undefined) return handleOverlay(state, input, perform);
  const screen = screenOf(state);
  if (input.kind === "wheel") return still(move(state, input.by));
  if (input.kind === "click") return click(state, input);
  if (screen.kind === "form") return handleForm(state, screen, input);
  if (input.kind === "paste") return still(state);
  // Escape and a key in quick succession cannot be told from the key with Alt.
  const action = actionOf(input.key.replace(/^alt-/, ""), screen.kind);
  return action === undefined ? still(state) : perform(state, action);
}

/** Carries out an action on the screen that is on top. */
export function perform(state: State, action: Action): Step {
  const screen = screenOf(state);
  const own = definitionOf(screen).act?.(screen, action, state);
  return own ?? performAnywhere(state, action);
}

function performAnywhere(state: State, action: Action): Step {
  const screen = screenOf(state);
  switch (action) {
    case "up":
      return still(move(state, -1));
    case "down":
      return still(move(state, 1));
    case "page-up":
      return still(move(state, -pageOf(state)));
    case "page-down":
      return still(move(state, pageOf(state)));
    case "first":
    case "last":
      return still(move(state, action));
    case "back":
      return screen.place.query === "" ? back(state) : still(withQuery(state, ""));
    case "quit":
      return step(state, { kind: "quit" });
    case "help":
      return still({ ...state, overlay: { kind: "help", from: 0 } });
    case "search":
      return still({ ...state, overlay: { kind: "search", before: screen.place.query } });
    case "palette":
      return still({ ...state, overlay: { kind: "palette", text: "", at: 0 } });
    case "copy":
      return copy(state);
    case "refresh":
      return still(say(forgetTimes(state), "Asking the daemon anew."));
    case "start-daemon":
      return step(state, { kind: "start-daemon", context: state.current });
    case "next-context":
      return still({ ...state, current: (state.current + 1) % state.contexts.length });
    default:
      return goSomewhere(state, action);
  }
}

const PLACES: Readonly<Partial<Record<Action, Screen>>> = {
  "go-start": { kind: "start", place: TOP },
  "go-installations": { kind: "installations", sort: "name", place: TOP },
  "go-operations": { kind: "operations", place: TOP },
  "go-bundles": { kind: "bundles", place: TOP },
  "go-drivers": { kind: "drivers", place: TOP },
  "go-terminals": { kind: "terminals", place: TOP },
  "go-daemon": { kind: "daemon", place: TOP },
};

function goSomewhere(state: State, action: Action): Step {
  const screen = PLACES[action];
  return screen === undefined ? still(state) : goTo(state, screen);
}

function copy(state: State): Step {
  const screen = screenOf(state);
  const text = definitionOf(screen).command(screen, contextOf(state));
  return step(say(state, "Copied the command."), { kind: "copy", text });
}

function forgetTimes(state: State): State {
  return withContext(state, state.current, (one) => ({
    ...one,
    known: new Map(
      [...one.known].map(([name, known]) => [name, { ...known, asked: 0, tookMs: 0 }]),
    ),
  }));
}

/** A click chooses a row; one on the chosen row opens it. */
function click(state: State, { row, column }: Extract<Input, { kind: "click" }>): Step {
  const screen = screenOf(state);
  const context = contextOf(state);
  if (row === state.rows - 1) return clickHint(state, column, perform);
  const look = {
    state,
    context,
    width: state.columns,
    height: state.rows - FRAME_ROWS,
    marks: NO_MARKS,
  };
  const index = definitionOf(screen).rowAt?.(screen, row - 2, look);
  const keys = definitionOf(screen).rows(screen, look);
  if (index === undefined || keys[index] === undefined) return still(state);
  const isChosen =
    screen.place.chosen === keys[index] || (screen.place.chosen === undefined && index === 0);
  return isChosen
    ? perform(state, actionOf("enter", screen.kind) ?? "open")
    : still(choose(state, index));
}
