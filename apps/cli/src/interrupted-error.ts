/** The user pressed Ctrl-C before anything had been started. Exit code 130. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly code = "canceled";

  constructor() {
    super("Interrupted.");
  }
}
