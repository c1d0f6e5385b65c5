import { type LintResult, execLintUrl, lintLevel } from "./lint-result.ts";
import type { Manifest, Step } from "./manifest.ts";
import { toText } from "./template-engine.ts";
import { isMapping } from "./value.ts";

const QUOTED = /^(?:"[^]*"|'[^]*')$/;

/** The exec mixin's advice: commands given to `bash -c` are better kept in a script. */
export function lintExec(manifest: Manifest): LintResult[] {
  return [...manifest.actions].flatMap(([action, steps]) =>
    steps.flatMap((step, index) => lintStep(step, action, index + 1)),
  );
}

function lintStep(step: Step, action: string, number: number): LintResult[] {
  const command = step.mixin === "exec" ? inlineBash(step) : undefined;
  if (command === undefined) return [];
  const Location = {
    Action: action,
    Mixin: "exec",
    StepNumber: number,
    StepDescription: step.description ?? "",
  };
  const embedded: LintResult = {
    Level: lintLevel.warning,
    Location,
    Code: "exec-100",
    Title: "Best Practice: Avoid Embedded Bash",
    Message: "",
    URL: execLintUrl("exec-100"),
  };
  if (QUOTED.test(command.trim())) return [embedded];
  const unquoted: LintResult = {
    Level: lintLevel.error,
    Location,
    Code: "exec-101",
    Title: "bash -c argument missing wrapping quotes",
    Message: `The bash -c flag argument must be wrapped in quotes, for example
exec:
  description: Say Hello
  command: bash
  flags:
    c: '"echo Hello World"'
`,
    URL: execLintUrl("exec-101"),
  };
  return [embedded, unquoted];
}

/** What is given to `bash -c`, when the step does that with flags. */
function inlineBash({ input }: Step): string | undefined {
  const { command, flags } = input;
  if (command !== "bash" || !isMapping(flags) || flags["c"] === undefined) return undefined;
  return toText(flags["c"]);
}
