import { textWidth } from "@gantry/terminal-text";
import { type Action, type Binding, bindingsOf } from "../keys/keymap.ts";
import { shownKey } from "../keys/key-name.ts";
import type { Screen } from "../state/screen.ts";
import { contextOf, type State, valueOf } from "../state/state.ts";

/** A key and its word, at the bottom of the screen. */
export interface Hint {
  readonly key: string;
  readonly word: string;
  readonly action: Action;
}

const PLAIN = { up: "^", down: "v", enter: "Enter" };

/** The keys that matter most on a screen, as many as fit; how to get help and out is always among them. */
export function hintsOf(screen: Screen, state: State): readonly Hint[] {
  const all = allHints(screen, state);
  const last = all.filter(({ action }) => LAST.has(action));
  let room = state.columns - 2 - widthOf(last);
  const first = all.filter((hint) => {
    if (LAST.has(hint.action)) return false;
    room -= widthOf([hint]);
    return room >= 0;
  });
  return [...first, ...last];
}

const LAST: ReadonlySet<Action> = new Set(["help", "back"]);

/** Columns of hints, with the gap behind each. */
function widthOf(hints: readonly Hint[]): number {
  return hints.reduce((sum, { key, word }) => sum + textWidth(`${key} ${word}  `), 0);
}

function allHints(screen: Screen, state: State): readonly Hint[] {
  if (screen.kind === "form") return FORM;
  const isRoot = contextOf(state).screens.length <= 1;
  const bindings = bindingsOf(screen.kind);
  const [late, early] = [bindings.filter(isLate), bindings.filter((one) => !isLate(one))];
  return [...early, ...late].flatMap(({ action, keys: [key = ""], hint }) => {
    if (hint === undefined || isIdle(action, screen) || isEmpty(action, screen, state)) return [];
    const word = action === "back" && isRoot ? "leave" : hint;
    return [{ key: shownKey(key, PLAIN), word, action }];
  });
}

function isLate({ isLate: late }: Binding): boolean {
  return late === true;
}

const FORM: readonly Hint[] = [
  { key: "Tab", word: "next", action: "down" },
  { key: "Enter", word: "go on", action: "open" },
  { key: "Esc", word: "back", action: "back" },
];

const FOR_RUNNING: ReadonlySet<Action> = new Set(["cancel", "follow"]);
const FOR_PAST: ReadonlySet<Action> = new Set(["retry", "replay"]);
const NOTHING_TO_OPEN: ReadonlySet<Screen["kind"]> = new Set([
  "audit",
  "driver",
  "bundle",
  "why",
  "plan",
  "log",
  "operation",
]);

/** An action that makes no sense as things are. */
function isIdle(action: Action, screen: Screen): boolean {
  if (action === "open") return NOTHING_TO_OPEN.has(screen.kind);
  if (action === "install") return screen.kind === "installations";
  if (action === "follow" && "isFollowing" in screen && screen.isFollowing) return true;
  if (screen.kind !== "operation") return false;
  const isOver = screen.picture.outcome !== undefined;
  // What is replayed is over, however far its picture has come.
  if (action === "cancel" && screen.replay !== undefined) return true;
  if (action === "why") return screen.picture.outcome?.build === undefined;
  return isOver ? FOR_RUNNING.has(action) : FOR_PAST.has(action);
}

const NEED_ROWS: ReadonlySet<Action> = new Set([
  "upgrade",
  "invoke",
  "uninstall",
  "logs",
  "shell",
  "plan",
  "open",
]);

const NEED_TERMINALS: ReadonlySet<Action> = new Set(["open", "shell", "hang-up"]);

/** Nothing is there that could be acted on. */
function isEmpty(action: Action, screen: Screen, state: State): boolean {
  if (screen.kind === "terminals" && NEED_TERMINALS.has(action))
    return valueOf(contextOf(state), { kind: "terminals" })?.length === 0;
  if (screen.kind !== "installations" || !NEED_ROWS.has(action)) return false;
  return valueOf(contextOf(state), { kind: "installations" })?.length === 0;
}
