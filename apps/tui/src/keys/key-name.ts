/** What Ink tells of a key; only what is used. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

const NAMES = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageDown", "pagedown"],
  ["pageUp", "pageup"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
] as const;

/** The name by which the keymap knows a key. */
export function keyName(input: string, key: InkKey): string {
  const named = NAMES.find(([flag]) => key[flag])?.[1];
  if (named === "tab" && key.shift) return "shift-tab";
  if (named !== undefined) return isByWord(named, key) ? `alt-${named}` : named;
  if (key.ctrl) return `ctrl-${input}`;
  if (key.meta && input !== "") return `alt-${input}`;
  return input === " " ? "space" : input;
}

/** Terminals differ in whether Alt or Ctrl moves by words. */
function isByWord(named: string, { meta, ctrl }: InkKey): boolean {
  return BY_WORD.has(named) && (meta || ctrl);
}

const BY_WORD: ReadonlySet<string> = new Set(["left", "right", "backspace"]);

const CONTROLS: Readonly<Record<string, string>> = {
  "\t": "tab",
  "\r": "enter",
  "\n": "enter",
  "\u001b": "escape",
  "\u0008": "backspace",
  "\u007f": "backspace",
  " ": "space",
};

/** A key that came in one piece with others, because they were typed faster than they were read. */
export function typedKey(character: string): { readonly key: string; readonly text: string } {
  const code = character.codePointAt(0) ?? 0;
  const named = CONTROLS[character];
  if (named !== undefined) return { key: named, text: named === "space" ? " " : "" };
  if (code < 32) return { key: `ctrl-${String.fromCodePoint(code + 96)}`, text: "" };
  return { key: character, text: character };
}

/** How a key is written in help and hints. */
export function shownKey(
  key: string,
  marks: { readonly up: string; readonly down: string; readonly enter: string },
): string {
  const signs: Readonly<Record<string, string>> = {
    up: marks.up,
    down: marks.down,
    enter: marks.enter,
    escape: "Esc",
    space: "Space",
    pageup: "PgUp",
    pagedown: "PgDn",
    home: "Home",
    end: "End",
    tab: "Tab",
    left: "Left",
    right: "Right",
  };
  return (
    signs[key] ?? key.replace(/^ctrl-(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`)
  );
}
