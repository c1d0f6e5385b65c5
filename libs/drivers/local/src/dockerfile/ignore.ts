import dockerignore from "@balena/dockerignore";

/** Decides which paths of a build context a `.dockerignore` leaves out. */
export interface IgnoreRules {
  /** Whether the path, relative with `/`, is left out. */
  isIgnored(path: string): boolean;
  /** A directory that is left out must still be looked into: a later `!` rule may bring a file of it back. */
  readonly hasExceptions: boolean;
  readonly isEmpty: boolean;
}

/** Reads the text of a `.dockerignore`. */
export function readIgnore(text: string): IgnoreRules {
  const rules = dockerignore.default({ ignorecase: false }).add(text);
  const hasExceptions = text.split("\n").some((line) => line.trimStart().startsWith("!"));
  const isEmpty = text.trim() === "";
  return { isIgnored: (path) => !isEmpty && rules.ignores(path), hasExceptions, isEmpty };
}
