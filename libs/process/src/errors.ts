/** A program could not be started, or ended in a way that its caller did not allow. */
export class ProcessError extends Error {
  override readonly name = "ProcessError";
  readonly code: "not-found" | "not-started" | "failed" | "too-much-output" | "canceled";
  readonly hint: string;

  constructor(
    code: ProcessError["code"],
    message: string,
    options: { readonly hint: string; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
