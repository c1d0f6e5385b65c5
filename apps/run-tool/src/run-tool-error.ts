/** An invocation image cannot get its run tool. */
export class RunToolError extends Error {
  override readonly name = "RunToolError";
  readonly code: "unsupported-platform" | "not-built" | "fetch-failed";
  /** What to try. */
  readonly hint: string;

  constructor(
    code: RunToolError["code"],
    message: string,
    options: { readonly hint: string; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
