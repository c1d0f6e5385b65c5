/** Something could not be measured that should have been. */
export class MeasureError extends Error {
  override readonly name = "MeasureError";
  readonly hint: string;

  constructor(message: string, options: { readonly hint: string; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
  }
}

/** An engine is not there, so what needs it cannot be measured. `message` is the reason shown. */
export class MissingEngineError extends Error {
  override readonly name = "MissingEngineError";
}

/** The text of anything thrown, with what to try. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = "hint" in error && typeof error.hint === "string" ? ` ${error.hint}` : "";
  return `${error.message}${hint}`;
}
