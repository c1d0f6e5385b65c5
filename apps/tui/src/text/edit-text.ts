import { graphemeAfter, graphemeBefore } from "./graphemes.ts";

/** A line of text that is being written. */
export interface Draft {
  readonly text: string;
  /** Index into `text` before which the next character goes. */
  readonly cursor: number;
}

export interface Typed {
  readonly key: string;
  /** What the key types; empty: nothing. */
  readonly text: string;
}

/** The most that a line takes: a value that is longer belongs into a file. */
const MOST = 100_000;

/** A draft with the cursor where it was left, or at its end. */
export function draftOf(text: string, cursor?: number): Draft {
  return { text, cursor: Math.max(0, Math.min(text.length, cursor ?? text.length)) };
}

/** A draft after a key, as Readline edits; `undefined` when the key is none that edits. What a person takes for a character is one step. */
export function editText(draft: Draft, { key, text }: Typed): Draft | undefined {
  const edit = EDITS[key];
  if (edit !== undefined) return edit(draft);
  return text === "" ? undefined : insertText(draft, text);
}

/** A draft with `text` at its cursor, as far as there is room. */
export function insertText({ text: before, cursor }: Draft, text: string): Draft {
  const fitting = text.slice(0, Math.max(0, MOST - before.length));
  return {
    text: before.slice(0, cursor) + fitting + before.slice(cursor),
    cursor: cursor + fitting.length,
  };
}

type Edit = (draft: Draft) => Draft;

const left: Edit = ({ text, cursor }) => ({
  text,
  cursor: cursor - graphemeBefore(text, cursor).length,
});
const right: Edit = ({ text, cursor }) => ({
  text,
  cursor: cursor + graphemeAfter(text, cursor).length,
});
const toStart: Edit = ({ text }) => ({ text, cursor: 0 });
const toEnd: Edit = ({ text }) => ({ text, cursor: text.length });
const wordLeft: Edit = (draft) => backTo(draft, /[\p{L}\p{N}\p{M}]+[^\p{L}\p{N}]*$/u);
const wordRight: Edit = ({ text, cursor }) => {
  const found = /^[^\p{L}\p{N}]*[\p{L}\p{N}\p{M}]+/u.exec(text.slice(cursor));
  return { text, cursor: found === null ? text.length : cursor + found[0].length };
};
/** A word between blanks, which is what Ctrl-W takes. */
const blankLeft: Edit = (draft) => backTo(draft, /\S+\s*$/u);

/** To where what matches at the end of the text before the cursor begins. */
function backTo({ text, cursor }: Draft, pattern: RegExp): Draft {
  const from = Math.max(0, cursor - LONGEST_WORD);
  return { text, cursor: from + Math.max(0, text.slice(from, cursor).search(pattern)) };
}

const LONGEST_WORD = 1_000;

/** Takes out what a move of the cursor passes over. */
function cutting(move: Edit): Edit {
  return (draft) => {
    const { text, cursor } = draft;
    const to = move(draft).cursor;
    const [from, until] = to < cursor ? [to, cursor] : [cursor, to];
    return { text: text.slice(0, from) + text.slice(until), cursor: from };
  };
}

const EDITS: Readonly<Record<string, Edit>> = {
  left,
  "ctrl-b": left,
  right,
  "ctrl-f": right,
  home: toStart,
  "ctrl-a": toStart,
  end: toEnd,
  "ctrl-e": toEnd,
  "alt-b": wordLeft,
  "alt-left": wordLeft,
  "alt-f": wordRight,
  "alt-right": wordRight,
  backspace: cutting(left),
  "ctrl-h": cutting(left),
  delete: cutting(right),
  "ctrl-d": cutting(right),
  "ctrl-w": cutting(blankLeft),
  "alt-backspace": cutting(wordLeft),
  "alt-d": cutting(wordRight),
  "ctrl-u": cutting(toStart),
  "ctrl-k": cutting(toEnd),
};
