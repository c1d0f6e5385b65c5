import { UsageError } from "../command-line/usage-error.ts";

/** Words of the form `NAME=VALUE`; the last one of a name wins. Throws `UsageError`, which never holds the value. */
export function readAssignments(flag: string, words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => readAssignment(flag, word)));
}

/** One word of the form `NAME=VALUE`. */
export function readAssignment(flag: string, word: string): readonly [string, string] {
  const at = word.indexOf("=");
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  const found = at === 0 ? "has no name before the =" : `has no = in "${word}"`;
  throw new UsageError(`A value of ${flag} ${found}; expected NAME=VALUE.`, {
    hint: `Write ${flag} NAME=VALUE.`,
  });
}
