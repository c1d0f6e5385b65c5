import { UsageError } from "../command-line/usage-error.ts";

/**
 * Cuts a command into words at blanks, as a shell would without expanding anything: `'...'` is kept whole, in `"..."` and
 * outside quotes a backslash takes the next character as it is. Throws `UsageError` at a quote that is not closed.
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const scanner = /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|(\s+)|([^])/gy;
  for (const [all, single, double, escaped, blank] of text.matchAll(scanner)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (all === "'" || all === '"' || all === "\\") throw unclosed(all);
    word = (word ?? "") + (single ?? double?.replaceAll(/\\([^])/g, "$1") ?? escaped ?? all);
  }
  if (word !== undefined) words.push(word);
  return words;
}

function unclosed(quote: string): UsageError {
  const what =
    quote === "\\" ? "a backslash with nothing behind it" : `a ${quote} that is not closed`;
  return new UsageError(`A source command has ${what}.`, {
    hint: "Quote whole words; no shell reads the command.",
  });
}
