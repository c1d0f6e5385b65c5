/** What is wrong with a driver package, a lock file or a grant; the closed list of this package. */
export type PackageErrorCode =
  /** The words do not name anything that a driver could be installed from. */
  | "spec-invalid"
  /** The archive, directory or manifest is none of a driver, or is not safe to unpack. */
  | "package-invalid"
  /** The content is not the one that was shown, or that the lock file names. */
  | "driver-tampered"
  /** A `gantry.lock` cannot be read, or contradicts itself. */
  | "lock-invalid"
  /** What a source gives is not what `gantry.lock` says. */
  | "lock-differs"
  /** Powers are asked for that nobody granted, or granted that nobody asked for. */
  | "driver-unconfirmed"
  /** A package of the same name comes from somebody else now. */
  | "publisher-changed"
  /** A statement about the package's origin does not hold. */
  | "provenance-invalid"
  /** A signed list says that this driver must not be used. */
  | "driver-revoked"
  /** The list of revoked drivers cannot be read, or is not signed with the configured key. */
  | "revocations-invalid"
  /** There is no such package, version or driver. */
  | "not-found"
  /** A package registry cannot be reached. */
  | "registry-unreachable"
  /** A package registry refused the credentials. */
  | "unauthorized";

/** A position in a file of the user's. */
export interface PackageErrorPlace {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
}

export interface PackageErrorOptions {
  /** What to try next, as a sentence. */
  readonly hint: string;
  /** Further findings of the same kind, each whole. */
  readonly details?: readonly string[];
  readonly place?: PackageErrorPlace;
  readonly cause?: unknown;
}

/** The only error that driver packages are refused with. Holds no secret. */
export class PackageError extends Error {
  override readonly name = "PackageError";
  readonly code: PackageErrorCode;
  readonly hint: string;
  readonly details: readonly string[];
  readonly place: PackageErrorPlace | undefined;

  constructor(code: PackageErrorCode, message: string, options: PackageErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? [];
    this.place = options.place;
  }
}
