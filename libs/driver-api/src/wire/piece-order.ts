import { protocolError } from "./errors.ts";

/** Files of one run's outputs. */
const MOST_FILES = 100_000;

/** Holds the pieces of outputs to their order: file by file, each file once, and not without end. */
export class PieceOrder {
  readonly #driver: string;
  readonly #ended = new Set<string>();
  #open: string | undefined;

  constructor(driver: string) {
    this.#driver = driver;
  }

  /** Throws `protocol`. */
  check({ path, last }: { readonly path: string; readonly last: boolean }): void {
    if (this.#ended.has(path) || (this.#open !== undefined && this.#open !== path))
      throw protocolError(this.#driver, `it sent a piece of output ${path} out of turn`);
    if (this.#ended.size >= MOST_FILES)
      throw protocolError(this.#driver, `it sent more than ${MOST_FILES} outputs`);
    if (last) this.#ended.add(path);
    this.#open = last ? undefined : path;
  }
}
