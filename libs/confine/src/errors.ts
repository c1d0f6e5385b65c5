/** Why a driver was not started. */
export const CONFINE_ERROR_CODES = [
  "cannot-confine",
  "content-changed",
  "grant-refused",
  "not-startable",
] as const;
export type ConfineErrorCode = (typeof CONFINE_ERROR_CODES)[number];

/** A driver's process was refused before anything of it ran. */
export class ConfineError extends Error {
  override readonly name = "ConfineError";
  readonly code: ConfineErrorCode;
  readonly hint: string;

  constructor(
    code: ConfineErrorCode,
    message: string,
    options: { readonly hint: string; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
