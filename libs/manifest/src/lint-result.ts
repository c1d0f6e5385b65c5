/** Porter's numbers: 0 stops a build, 2 is for the author to read. */
export const lintLevel = { error: 0, warning: 2 } as const;

/** One piece of advice, field by field as `porter lint -o json` prints it. */
export interface LintResult {
  readonly Level: (typeof lintLevel)[keyof typeof lintLevel];
  readonly Location: {
    readonly Action: string;
    readonly Mixin: string;
    /** Counted from 1; 0 when it concerns no step. */
    readonly StepNumber: number;
    readonly StepDescription: string;
  };
  readonly Code: string;
  readonly Title: string;
  readonly Message: string;
  readonly URL: string;
}

export function porterLintUrl(code: string): string {
  return `https://porter.sh/docs/references/linter/#${code}`;
}

export function execLintUrl(code: string): string {
  return `https://porter.sh/best-practices/exec-mixin/#${code === "exec-100" ? "use-scripts" : "quoting-escaping-bash-and-yaml"}`;
}
