/** Why a directory is not a driver package that could be started. */
export const CONTENT_ERROR_CODES = [
  "bad-name",
  "changed",
  "link-leaves",
  "not-a-file",
  "too-deep",
  "too-large",
  "too-many",
] as const;
export type ContentErrorCode = (typeof CONTENT_ERROR_CODES)[number];

const TEXTS: Readonly<Record<ContentErrorCode, string>> = {
  "bad-name": "has a name that is not UTF-8",
  changed: "changed or could not be read while it was being checked",
  "link-leaves": "is a link that leads out of the package",
  "not-a-file": "is neither a file, a directory nor a link",
  "too-deep": "is nested too deeply",
  "too-large": "makes the package too large",
  "too-many": "is one file too many",
};

/** The content of a package is not what a package may hold, or could not be read to its end. */
export class ContentError extends Error {
  override readonly name = "ContentError";
  readonly code: ContentErrorCode;
  readonly hint = "Install the driver again; if that does not help, tell its publisher.";

  constructor(code: ContentErrorCode, path: string, cause?: unknown) {
    const what = `In the driver's package, ${JSON.stringify(path)} ${TEXTS[code]}.`;
    super(what, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
