/** What went wrong, for a caller that must decide; the closed list of this package. */
export type OciErrorCode =
  /** The text is no image reference, digest or platform. */
  | "invalid-reference"
  /** The registry answered, and refuses these (or missing) credentials. */
  | "unauthorized"
  /** The registry or the store answered, and has no such image, blob or name. */
  | "not-found"
  /** Nobody answered: name, route, port, TLS, or a server error that stayed after retries. */
  | "unreachable"
  /** The registry answered something the distribution specification does not allow. */
  | "registry-error"
  /** Bytes are not those that the digest or size names. Nothing of them was kept. */
  | "digest-mismatch"
  /** A manifest, archive entry or total is larger than the limit. */
  | "too-large"
  /** No manifest of the index fits the platform. */
  | "no-platform"
  /** A manifest, config, layout or archive that cannot be read as what it claims to be. */
  | "invalid-content"
  /** An archive entry that cannot be placed inside the directory it belongs to. */
  | "unsafe-path"
  /** The disk (or quota) of the store or target directory is full. */
  | "no-space"
  /** Another process holds the store's lock and did not let go in time. */
  | "locked"
  /** A credential helper or the Docker configuration could not be read. */
  | "credentials"
  /** A digest algorithm, media type, compression or entry kind that is not handled. */
  | "unsupported";

export interface OciErrorOptions {
  /** What to try next, as a sentence for the user. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** The only error this package throws on purpose. An abort rejects with the signal's own reason. */
export class OciError extends Error {
  override readonly name = "OciError";
  readonly code: OciErrorCode;
  readonly hint: string;

  constructor(code: OciErrorCode, message: string, options: OciErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** True for an {@link OciError}, of one code when given. */
export function isOciError(error: unknown, code?: OciErrorCode): error is OciError {
  return error instanceof OciError && (code === undefined || error.code === code);
}

/** The `code` of a Node system error such as `ENOENT`; `undefined` for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

const FULL = new Set(["ENOSPC", "EDQUOT"]);

/** Turns a full disk into `no-space`; gives any other error back as it is. */
export function fromDisk(error: unknown, path: string): unknown {
  const code = systemCode(error);
  if (code === undefined || !FULL.has(code)) return error;
  return new OciError("no-space", `No space left while writing ${path}`, {
    hint: "Free space on that file system, or remove unused images, and try again.",
    cause: error,
  });
}
