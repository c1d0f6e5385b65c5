/** An action cannot go on: what happened, to what, and in `hint` what to try. */
export class RunError extends Error {
  override readonly name = "RunError";
  readonly hint: string | undefined;
  /** What the run tool ends with. */
  readonly exitCode: number;

  constructor(
    message: string,
    options: {
      readonly hint?: string | undefined;
      readonly exitCode?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** The system's short name of a failure, such as `ENOENT`; empty when it has none. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
