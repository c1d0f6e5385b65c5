/** One thing wrong with a manifest, at one place. */
export interface ManifestProblem {
  /** The file as the user named it. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  readonly message: string;
  readonly found?: string;
  readonly expected?: string;
  /** What to try. */
  readonly hint?: string;
}

/** Everything that is wrong with one manifest, in the order of its lines. */
export class ManifestError extends Error {
  override readonly name = "ManifestError";
  readonly problems: readonly ManifestProblem[];

  constructor(problems: readonly ManifestProblem[]) {
    const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    super(sorted.map(formatProblem).join("\n"));
    this.problems = sorted;
  }

  /** The first problem's advice, for a caller that shows one line only. */
  get hint(): string | undefined {
    return this.problems.find((problem) => problem.hint !== undefined)?.hint;
  }
}

/** One line a problem: `porter.yaml:3:7: message (expected X, found Y). Hint.` */
export function formatProblem(problem: ManifestProblem): string {
  const details = [
    problem.expected === undefined ? undefined : `expected ${problem.expected}`,
    problem.found === undefined ? undefined : `found ${problem.found}`,
  ].filter((detail) => detail !== undefined);
  const tail = details.length === 0 ? "" : ` (${details.join(", ")})`;
  const hint = problem.hint === undefined ? "" : `: ${problem.hint}`;
  return `${problem.path}:${problem.line}:${problem.column}: ${problem.message}${tail}${hint}`;
}
