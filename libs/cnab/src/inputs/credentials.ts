import { appliesTo, describeAction } from "../bundle/actions.ts";
import type { Bundle } from "../bundle/schema.ts";
import { member, pointer } from "../json/json-value.ts";
import { suggestion } from "../nearest.ts";
import { InputError, type Problem, problem, refuse, warning } from "../problem.ts";

/** The credentials that the user brings to one action. */
export interface CredentialRequest {
  readonly bundle: Bundle;
  readonly action: string;
  readonly supplied: Readonly<Record<string, string>>;
}

/** What may be injected. All of it is secret: keep it in memory, for this run only. */
export interface CheckedCredentials {
  readonly values: Readonly<Record<string, string>>;
  /** Supplied ones that the bundle does not know. */
  readonly warnings: readonly Problem[];
}

/**
 * The supplied credentials that the action takes (CNAB Core 101, "Credentials"). Throws an `InputError` that names
 * every required one that is missing; a stateless action never fails for that.
 */
export function checkCredentials(request: CredentialRequest): CheckedCredentials {
  const { bundle, action, supplied } = request;
  const { stateless } = describeAction(bundle, action);
  const applicable = Object.entries(bundle.credentials ?? {}).filter(([, credential]) =>
    appliesTo(credential, action),
  );
  const missing = applicable
    .filter(([name, credential]) => credential.required === true && !Object.hasOwn(supplied, name))
    .map(([name]) => required(request, name));
  const warnings = refuse([...(stateless ? [] : missing), ...unknown(request)], InputError);
  const values = applicable.flatMap(([name]) => {
    const value = member(supplied, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { values: Object.fromEntries(values), warnings };
}

function required({ bundle, action }: CredentialRequest, name: string): Problem {
  const path = pointer("credentials", name);
  const message = `The credential "${name}" is required by ${action} of "${bundle.name}" and was not given.`;
  const hint = `Give the credential "${name}".`;
  return problem({ code: "required", path, message, hint });
}

function unknown({ bundle, supplied }: CredentialRequest): readonly Problem[] {
  const known = Object.keys(bundle.credentials ?? {});
  return Object.keys(supplied)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const path = pointer("credentials", name);
      const message = `The bundle "${bundle.name}" has no credential "${name}"; it is not passed on.`;
      const hint = suggestion(name, known, "This bundle takes no credentials.");
      return warning({ code: "unknown-credential", path, message, hint });
    });
}
