import type { Input } from "../state/message.ts";
import type { Confirmation, Overlay, State, Step } from "../state/state.ts";
import { say, screenOf, still, step } from "../state/state.ts";
import { type Draft, draftOf, editText, insertText } from "../text/edit-text.ts";
import { pastedLine } from "../text/pasted-line.ts";
import { hiddenRows } from "../view/confirm-view.ts";
import { FRAME_ROWS } from "./move.ts";
import { handlePalette, type Perform } from "./palette.ts";
import { close, withQuery } from "./query.ts";

/** Keys while something is on top of the screen. */
export function handleOverlay(state: State, input: Input, perform: Perform): Step {
  const { overlay } = state;
  switch (overlay?.kind) {
    case "help":
      return handleHelp(state, overlay, input);
    case "search":
      return handleSearch(state, overlay, input);
    case "palette":
      return handlePalette({ state, overlay, input }, perform);
    case "confirm":
      return handleConfirm(state, overlay, input);
    default:
      return still(state);
  }
}

const DOWN: Readonly<Record<string, number>> = {
  j: 1,
  down: 1,
  k: -1,
  up: -1,
  pagedown: 10,
  space: 10,
  pageup: -10,
};

function handleHelp(state: State, overlay: Extract<Overlay, { kind: "help" }>, input: Input): Step {
  if (input.kind === "wheel")
    return still({ ...state, overlay: { ...overlay, from: Math.max(0, overlay.from + input.by) } });
  if (input.kind !== "key") return still(state);
  const by = DOWN[input.key];
  if (by === undefined) return still(close(state));
  return still({ ...state, overlay: { ...overlay, from: Math.max(0, overlay.from + by) } });
}

type Search = Extract<Overlay, { kind: "search" }>;

function handleSearch(state: State, overlay: Search, input: Input): Step {
  const { query } = screenOf(state).place;
  const draft = draftOf(query, overlay.cursor);
  if (input.kind === "paste")
    return still(sought(state, overlay, insertText(draft, pastedLine(input.text))));
  if (input.kind !== "key") return still(state);
  switch (input.key) {
    case "escape":
      return still(close(withQuery(state, overlay.before)));
    case "enter":
      return still(close(state));
    default:
      return editQuery(state, { overlay, draft }, input);
  }
}

/** Backspace in an empty search ends it. */
function editQuery(
  state: State,
  { overlay, draft }: { readonly overlay: Search; readonly draft: Draft },
  input: Extract<Input, { kind: "key" }>,
): Step {
  if (draft.text === "" && input.key === "backspace") return still(close(state));
  const next = editText(draft, input);
  return still(next === undefined ? state : sought(state, overlay, next));
}

/** Moving the cursor leaves the chosen row where it was. */
function sought(state: State, overlay: Search, { text, cursor }: Draft): State {
  const before = screenOf(state).place.query;
  const searched = text === before ? state : withQuery(state, text);
  return { ...searched, overlay: { ...overlay, cursor } };
}

/** Enter, or `y`, says yes; where a word has to be typed, Enter counts once it is. */
function handleConfirm(state: State, overlay: Confirmation, input: Input): Step {
  const draft = draftOf(overlay.typed, overlay.cursor);
  if (input.kind === "paste")
    return still(typed(state, overlay, insertText(draft, pastedLine(input.text))));
  const by =
    input.kind === "wheel" ? input.by : input.kind === "key" ? SCROLLS[input.key] : undefined;
  if (by !== undefined) return still(scrolled(state, overlay, by));
  if (input.kind !== "key") return still(state);
  const { word } = overlay;
  const isSure = word === undefined || overlay.typed === word;
  if (input.key === "escape") return still(close(state));
  if (input.key === "enter") return isSure ? goOn(state, overlay) : still(state);
  if (word === undefined) {
    if (input.key === "y") return goOn(state, overlay);
    if (input.key === "A") return grant(state, overlay);
    return input.key === "n" || input.key === "q" ? still(close(state)) : still(state);
  }
  const next = editText(draft, input);
  return still(next === undefined ? state : typed(state, overlay, next));
}

/** What would be refused is not asked for: there is nothing to gain. */
function goOn(state: State, { refusal, effects }: Confirmation): Step {
  return refusal === undefined ? step(close(state), ...effects) : still(say(state, refusal, true));
}

/** Plans it anew with what the bundle asks for; nothing is granted before that plan is confirmed. */
function grant(state: State, { granting }: Confirmation): Step {
  if (granting === undefined) return still(state);
  const asking = say(close(state), "Asking what it would do ...");
  return step(asking, { kind: "plan", context: state.current, call: granting });
}

const SCROLLS: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -5, pagedown: 5 };

function scrolled(state: State, overlay: Confirmation, by: number): State {
  const room = { width: state.columns, height: state.rows - FRAME_ROWS };
  const last = hiddenRows(overlay, room);
  const from = Math.max(0, Math.min(last, Math.min(last, overlay.from ?? 0) + by));
  return { ...state, overlay: { ...overlay, from } };
}

function typed(state: State, overlay: Confirmation, { text, cursor }: Draft): State {
  return { ...state, overlay: { ...overlay, typed: text, cursor } };
}
