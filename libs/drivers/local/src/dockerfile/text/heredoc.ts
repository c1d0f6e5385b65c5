import { expandWord, ExpansionError } from "./expand.ts";

/** The start of a here-document: `<<NAME`, `<<-NAME`, `<<"NAME"`. */
export interface HeredocStart {
  readonly name: string;
  /** `<<-`: tabs in front of each line, and of the end mark, do not count. */
  readonly chomp: boolean;
  /** The name is not quoted, so variables in the text are expanded. */
  readonly expand: boolean;
}

export interface Heredoc extends HeredocStart {
  /** The text between start and end, as written, each line with its newline. */
  readonly content: string;
}

const SHAPE = /^\d*<<(-?)([^<]+)$/s;

/** The here-documents that begin in one joined line, in order. */
export function findHeredocs(text: string): HeredocStart[] {
  return splitQuoted(text).flatMap((word) => readHeredoc(word) ?? []);
}

/** `word` as the start of a here-document; `undefined` when it is none. */
export function readHeredoc(word: string): HeredocStart | undefined {
  const match = SHAPE.exec(word);
  const rest = match?.[2] ?? "";
  if (match === null || splitQuoted(rest).length !== 1) return undefined;
  try {
    const name = expandWord(rest, { escape: "\\", lookup: (variable) => `$${variable}` });
    return { name, chomp: match[1] === "-", expand: name === rest };
  } catch (error) {
    if (error instanceof ExpansionError) return undefined;
    throw error;
  }
}

/** The text of a here-document as it is used: without leading tabs when it was started with `<<-`. */
export function heredocText(heredoc: Heredoc): string {
  return heredoc.chomp ? heredoc.content.replaceAll(/^\t+/gm, "") : heredoc.content;
}

/** Words with their quotes and escapes still in them. An unfinished quote reaches to the end. */
function splitQuoted(text: string): string[] {
  return text.match(/(?:\\.|'[^']*(?:'|$)|"(?:\\.|[^"\\])*(?:"|$)|[^\s'"\\]|\\$)+/gs) ?? [];
}
