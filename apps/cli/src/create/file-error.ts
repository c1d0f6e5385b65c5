/** A file cannot be written, or exists already. Exit code 1. */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly code: "conflict" | "unwritable";
  readonly hint: string;

  constructor(
    code: FileError["code"],
    message: string,
    options: { readonly hint: string; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
