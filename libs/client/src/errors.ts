/** The daemon cannot be reached or started. Exit code 3. */
export class DaemonError extends Error {
  override readonly name = "DaemonError";
  readonly code: "not-running" | "not-started" | "other-version" | "lost";
  readonly hint: string;

  constructor(
    code: DaemonError["code"],
    message: string,
    options: { readonly hint: string; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
