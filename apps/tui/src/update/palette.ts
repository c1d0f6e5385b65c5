import { type Action, bindingsOf } from "../keys/keymap.ts";
import type { Input } from "../state/message.ts";
import { goTo, push } from "../state/navigation.ts";
import { TOP } from "../state/screen.ts";
import {
  contextOf,
  type Overlay,
  screenOf,
  type State,
  type Step,
  still,
  step,
  valueOf,
} from "../state/state.ts";
import { type Draft, draftOf, editText, insertText } from "../text/edit-text.ts";
import { pastedLine } from "../text/pasted-line.ts";
import { countLabels, LABEL } from "../screens/installations/labels.ts";
import { close, withQuery } from "./query.ts";

/** One line of the palette. */
export interface Entry {
  readonly name: string;
  readonly help: string;
  /** What it does: what a key does, or something of its own. */
  readonly does: Action | ((state: State) => Step);
}

/** Carries out what a key asks for. */
export type Perform = (state: State, action: Action) => Step;

/** Everything that can be said on a screen: the actions of its keys, themes, daemons, and what has a name. */
export function entriesOf(state: State): readonly Entry[] {
  const context = contextOf(state);
  const actions = bindingsOf(screenOf(state).kind)
    .filter(({ action }) => !MOVES.has(action))
    .map(
      ({ action, help }): Entry => ({
        name: action.replace(/^go-/, ""),
        help,
        does: action,
      }),
    );
  return [
    ...actions,
    ...THEMES.map(
      (name): Entry => ({
        name: `theme ${name}`,
        help: "Change the colours",
        does: (now) => step(now, { kind: "theme", name }),
      }),
    ),
    ...(state.contexts.length < 2 ? [] : state.contexts).map(
      ({ name, home }, index): Entry => ({
        name: `context ${name}`,
        help: home,
        does: (now) => still({ ...now, current: index }),
      }),
    ),
    ...labelEntries(state),
    ...(valueOf(context, { kind: "installations" }) ?? []).map(
      ({ name, namespace }): Entry => ({
        name: `installation ${namespace === "" ? name : `${namespace}/${name}`}`,
        help: "Open it",
        does: (now) => push(now, { kind: "installation", key: { namespace, name }, place: TOP }),
      }),
    ),
    ...(valueOf(context, { kind: "endpoints" }) ?? []).map(
      ({ name }): Entry => ({
        name: `driver ${name}`,
        help: "Open it",
        does: (now) => goTo(now, { kind: "driver", name, place: TOP }),
      }),
    ),
  ];
}

/** On the screen of installations: each label shows only those that have it. */
function labelEntries(state: State): readonly Entry[] {
  if (screenOf(state).kind !== "installations") return [];
  const all = valueOf(contextOf(state), { kind: "installations" }) ?? [];
  return [...countLabels(all)].map(
    ([label, count]): Entry => ({
      name: `${LABEL} ${label}`,
      help: `${count} ${count === 1 ? "installation" : "installations"}`,
      does: (now) => still(withQuery(now, `${LABEL}:${label}`)),
    }),
  );
}

const THEMES = ["dark", "light", "none"];

const MOVES: ReadonlySet<string> = new Set([
  "up",
  "down",
  "page-up",
  "page-down",
  "first",
  "last",
  "open",
  "palette",
  "fold",
]);

/** The entries that what was typed may mean: those that begin with it first. */
export function fittingEntries(state: State, text: string): readonly Entry[] {
  const wanted = text.trimStart().toLowerCase();
  const entries = entriesOf(state);
  if (wanted === "") return entries;
  const begins = entries.filter(({ name }) => name.startsWith(wanted));
  const contains = entries.filter(
    ({ name, help }) =>
      !name.startsWith(wanted) && `${name} ${help}`.toLowerCase().includes(wanted),
  );
  return [...begins, ...contains];
}

type Palette = Extract<Overlay, { kind: "palette" }>;

interface Keyed {
  readonly state: State;
  readonly overlay: Palette;
  readonly input: Input;
}

/** Keys in the palette: Tab completes, Enter does it. */
export function handlePalette({ state, overlay, input }: Keyed, perform: Perform): Step {
  const change = (next: Partial<Palette>): Step =>
    still({ ...state, overlay: { ...overlay, ...next } });
  if (input.kind === "paste")
    return written(state, overlay, insertText(draftIn(overlay), pastedLine(input.text)));
  if (input.kind === "wheel") return change({ at: Math.max(0, overlay.at + input.by) });
  if (input.kind !== "key") return still(state);
  const fitting = fittingEntries(state, overlay.text);
  const at = Math.min(overlay.at, fitting.length - 1);
  switch (input.key) {
    case "escape":
      return still(close(state));
    case "enter":
      return carryOut(fitting[at], close(state), perform);
    case "tab":
      return completed(state, fitting[at]?.name ?? overlay.text);
    case "up":
      return change({ at: Math.max(0, at - 1) });
    case "down":
      return change({ at: Math.min(fitting.length - 1, at + 1) });
    default:
      return edit(state, overlay, input);
  }
}

function carryOut(entry: Entry | undefined, state: State, perform: Perform): Step {
  if (entry === undefined) return still(state);
  return typeof entry.does === "string" ? perform(state, entry.does) : entry.does(state);
}

/** Backspace in an empty palette closes it. */
function edit(state: State, overlay: Palette, input: Extract<Input, { kind: "key" }>): Step {
  if (overlay.text === "" && input.key === "backspace") return still(close(state));
  const draft = editText(draftIn(overlay), input);
  return draft === undefined ? still(state) : written(state, overlay, draft);
}

function draftIn({ text, cursor }: Palette): Draft {
  return draftOf(text, cursor);
}

/** Moving the cursor leaves the choice where it was. */
function written(state: State, overlay: Palette, { text, cursor }: Draft): Step {
  const at = text === overlay.text ? overlay.at : 0;
  return still({ ...state, overlay: { ...overlay, text, cursor, at } });
}

function completed(state: State, text: string): Step {
  return still({ ...state, overlay: { kind: "palette", text, at: 0 } });
}
