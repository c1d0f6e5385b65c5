/** Every way in which a driver can fail. A caller decides by the code, a person by message and hint. */
export const DRIVER_ERROR_CODES = [
  "base-unusable",
  "build-failed",
  "canceled",
  "conflict",
  "driver-lost",
  "engine-lost",
  "engine-unavailable",
  "file-exists",
  "image-mismatch",
  "image-not-found",
  "internal",
  "invalid-options",
  "invalid-request",
  "no-space",
  "not-found",
  "protocol",
  "registry-unreachable",
  "timeout",
  "unauthorized",
  "unsupported",
] as const;

export type DriverErrorCode = (typeof DRIVER_ERROR_CODES)[number];

/** A place in a file of the user's. Lines and columns count from 1. */
export interface Location {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

export interface DriverErrorOptions {
  /** What to try, as a sentence or a command. */
  readonly hint: string;
  /** The capability that is missing; always there with `unsupported`. */
  readonly need?: string;
  readonly location?: Location;
  readonly cause?: unknown;
}

/** What a driver throws when it or its engine cannot do something. Made in a driver's `errors.ts` only. Holds no secret. */
export class DriverError extends Error {
  override readonly name = "DriverError";
  readonly code: DriverErrorCode;
  readonly hint: string;
  readonly need?: string;
  readonly location?: Location;

  constructor(code: DriverErrorCode, message: string, options: DriverErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    if (options.need !== undefined) this.need = options.need;
    if (options.location !== undefined) this.location = options.location;
  }
}
