import { lintExec } from "./lint-exec.ts";
import { type LintResult, lintLevel, porterLintUrl } from "./lint-result.ts";
import type { Manifest } from "./manifest.ts";
import { isOrIsBelow, usedVariables } from "./variables.ts";

/** Advice on a manifest that is valid, in the order of Porter's linter: its own rules, then the exec mixin's. */
export function lintManifest(manifest: Manifest): readonly LintResult[] {
  return [...reservedNames(manifest), ...inapplicable(manifest), ...lintExec(manifest)];
}

function reservedNames({ parameters }: Manifest): LintResult[] {
  return parameters
    .filter(({ name }) => /^porter[-_]/i.test(name))
    .map(({ name }) => ({
      Level: lintLevel.error,
      Location: { Action: "", Mixin: "", StepNumber: 0, StepDescription: "" },
      Code: "porter-100",
      Title: "Reserved name error",
      Message: `${name} has a reserved prefix: names that begin with porter- or porter_ are used internally`,
      URL: porterLintUrl("porter-100"),
    }));
}

function inapplicable(manifest: Manifest): LintResult[] {
  const limited = manifest.parameters.filter(({ applyTo = [] }) => applyTo.length > 0);
  return usedVariables(manifest).flatMap(({ variable, action, stepNumber }) =>
    limited
      .filter(({ name }) => isOrIsBelow(variable, `bundle.parameters.${name}`))
      .filter(({ applyTo = [] }) => !applyTo.includes(action))
      .map(({ name }) => {
        const step = manifest.actions.get(action)?.[stepNumber - 1];
        return {
          Level: lintLevel.error,
          Location: {
            Action: action,
            Mixin: step?.mixin ?? "",
            StepNumber: stepNumber,
            StepDescription: step?.description ?? "",
          },
          Code: "porter-101",
          Title: "Parameter does not apply to action",
          Message: `Parameter ${name} does not apply to ${action} action`,
          URL: porterLintUrl("porter-101"),
        };
      }),
  );
}
