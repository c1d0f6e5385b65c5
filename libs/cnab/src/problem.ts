/** What kind of problem it is; stable, so that a program may tell one from another. */
export type ProblemCode =
  | "not-json"
  | "structure"
  | "unknown-field"
  | "schema-version"
  | "name"
  | "version"
  | "digest"
  | "reserved-action"
  | "unknown-action"
  | "definition-missing"
  | "definition-invalid"
  | "default-invalid"
  | "destination"
  | "destination-shared"
  | "destination-reserved"
  | "output-path"
  | "extension-undeclared"
  | "extension-unsupported"
  | "no-invocation-image"
  | "unknown-parameter"
  | "unknown-credential"
  | "not-applicable"
  | "required"
  | "invalid-value"
  | "read-only"
  | "output-missing"
  | "output-invalid"
  | "installation-name";

/** One thing that is wrong, and where. Never holds a sensitive value, so it may be printed and logged. */
export interface Problem {
  readonly code: ProblemCode;
  /** `error` stops the work; `warning` is for the user to read. */
  readonly severity: "error" | "warning";
  /** JSON pointer (RFC 6901) into the bundle document; empty for the document as a whole. */
  readonly path: string;
  readonly message: string;
  /** What to try. */
  readonly hint: string;
}

/** Something of CNAB that cannot be accepted: what it was, and in `hint` what to try. */
export class CnabError extends Error {
  override readonly name: string = "CnabError";
  /** Everything that was found, at least one; `code` and `hint` are those of the first. */
  readonly problems: readonly Problem[];
  readonly code: ProblemCode;
  readonly hint: string;

  constructor(problems: readonly [Problem, ...Problem[]], options?: ErrorOptions) {
    super(problems.map(({ message }) => message).join("\n"), options);
    this.problems = problems;
    this.code = problems[0].code;
    this.hint = [...new Set(problems.map(({ hint }) => hint))].join("\n");
  }
}

/** The bundle document itself is at fault. */
export class BundleError extends CnabError {
  override readonly name = "BundleError";
}

/** What was asked for or supplied is at fault: an action, a name, a parameter, a credential. */
export class InputError extends CnabError {
  override readonly name = "InputError";
}

/** A problem that stops the work. */
export function problem(found: Omit<Problem, "severity">): Problem {
  return { ...found, severity: "error" };
}

/** A problem for the user to read only. */
export function warning(found: Omit<Problem, "severity">): Problem {
  return { ...found, severity: "warning" };
}

/** Throws the errors among `problems` as one; gives back the warnings. */
export function refuse(
  problems: readonly Problem[],
  Kind: typeof BundleError | typeof InputError,
): readonly Problem[] {
  const [first, ...rest] = problems.filter(({ severity }) => severity === "error");
  if (first !== undefined) throw new Kind([first, ...rest]);
  return problems;
}
