import type { ErrorCode, Failure } from "@gantry/protocol";

export interface FaultOptions {
  readonly hint: string;
  /** Further problems of the same input, each whole. */
  readonly details?: readonly string[];
  readonly place?: Failure["place"];
  readonly cause?: unknown;
}

/** What the daemon throws when it refuses or fails: one of the protocol's codes, in words for the user. Holds no secret. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: readonly string[];
  readonly place: Failure["place"];

  constructor(code: ErrorCode, message: string, options: FaultOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? [];
    this.place = options.place;
  }
}
