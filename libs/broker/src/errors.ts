/** A broker could not be opened. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
  readonly code: "path-too-long" | "not-listening";
  readonly hint: string;

  constructor(
    code: BrokerError["code"],
    message: string,
    options: { readonly hint: string; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
