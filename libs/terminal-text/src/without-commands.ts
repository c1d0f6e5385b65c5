// oxlint-disable-next-line no-control-regex -- the end of a string that a terminal would take
const STRING_END = /\x07|\x1b\\|\x9c/g;
// oxlint-disable-next-line no-control-regex -- the beginnings of what a terminal would take as a command
const COMMAND = /\x1b|[\x90\x98\x9b\x9d-\x9f]/g;
const PARAMETERS = /[0-?]*[ -/]*[@-~]?/y;
const SHORT = /[ -/]*[0-~]?/y;

/** Text without what a terminal would take as commands. Takes time in proportion to the text, whatever is in it. */
export function withoutCommands(text: string): string {
  const kept: string[] = [];
  let hasStringEnd = true;
  let at = 0;
  for (;;) {
    const start = seek(COMMAND, text, at);
    kept.push(text.slice(at, start?.index));
    if (start === undefined) return kept.join("");
    const kind = start.text === "\u001B" ? (text[start.end] ?? "") : `C1${start.text}`;
    const after = start.text === "\u001B" ? start.end + kind.length : start.end;
    if (kind === "[" || kind === "C1\u009B") at = skip(PARAMETERS, text, after);
    else if (!/^(?:[\]PX^_]|C1)/.test(kind)) at = skip(SHORT, text, start.end);
    else {
      const end: Found | undefined = hasStringEnd ? seek(STRING_END, text, after) : undefined;
      hasStringEnd = end !== undefined;
      at = end?.end ?? after;
    }
  }
}

interface Found {
  readonly index: number;
  readonly end: number;
  readonly text: string;
}

function seek(pattern: RegExp, text: string, from: number): Found | undefined {
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  if (found === null) return undefined;
  return { index: found.index, end: found.index + found[0].length, text: found[0] };
}

function skip(pattern: RegExp, text: string, from: number): number {
  return seek(pattern, text, from)?.end ?? from;
}
