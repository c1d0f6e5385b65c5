import { RunError } from "./run-error.ts";

/** Reads a pattern as bundles write it, in Go's syntax: leading `(?ims)`, `(?P<name>`, `\A`, `\z`. */
export function goRegExp(pattern: string): RegExp {
  const [, flags = "", rest = pattern] = /^\(\?([ims]+)\)([^]*)$/.exec(pattern) ?? [];
  const source = rest.replaceAll("(?P<", "(?<").replaceAll("\\A", "^").replaceAll("\\z", "$");
  try {
    return new RegExp(source, [...new Set(flags)].join(""));
  } catch (cause) {
    throw new RunError(`"${pattern}" is not a valid regular expression`, {
      cause,
      hint: "Check its brackets and escapes.",
    });
  }
}

/**
 * Every group of every match, else every match, one a line; nothing without a match. As in Go, an empty match right
 * after another one does not count.
 */
export function matchedText(pattern: string, text: string): string {
  const { source, flags } = goRegExp(pattern);
  const found: string[] = [];
  let end: number | undefined;
  for (const match of text.matchAll(new RegExp(source, `${flags}g`))) {
    const [whole, ...groups] = match;
    if (whole === "" && match.index === end) continue;
    end = match.index + whole.length;
    found.push(...(groups.length === 0 ? [whole] : groups.map((group) => group ?? "")));
  }
  return found.join("\n");
}
