import type { Work } from "@gantry/driver-api";
import type { TransferProgress } from "@gantry/oci";

const EVERY_MS = 200;

/** Adds up the progress of an image's parts and reports it from time to time, and once at the end. */
export class TransferReport implements AsyncDisposable {
  readonly #work: Work;
  readonly #title: string;
  readonly #parts = new Map<string, { readonly bytes: number; readonly size: number }>();
  #last: Promise<void> = Promise.resolve();
  #lastAt = 0;

  constructor(work: Work, title: string) {
    this.#work = work;
    this.#title = title;
  }

  readonly onProgress = ({ digest, bytes, size, state }: TransferProgress): void => {
    this.#parts.set(digest, { bytes: state === "moving" ? bytes : size, size });
    if (Date.now() - this.#lastAt < EVERY_MS) return;
    this.#lastAt = Date.now();
    this.#last = this.#last.then(() => this.#report()).catch(() => undefined);
  };

  async #report(): Promise<void> {
    const parts = [...this.#parts.values()];
    const current = parts.reduce((sum, part) => sum + part.bytes, 0);
    const total = parts.reduce((sum, part) => sum + part.size, 0);
    await this.#work.report({
      kind: "progress",
      title: this.#title,
      current,
      total,
      unit: "bytes",
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    if (this.#parts.size > 0) await this.#report();
  }
}
