import { statSync } from "node:fs";

/** What a file says, read anew only when the file is another one. */
export class ParsedFile<Value> {
  readonly #path: string;
  readonly #read: (path: string) => Promise<Value>;
  #known: { readonly stamp: string; readonly value: Promise<Value> } | undefined;

  constructor(path: string, read: (path: string) => Promise<Value>) {
    this.#path = path;
    this.#read = read;
  }

  /** Rejects as `read` does, each time. */
  async value(): Promise<Value> {
    const stamp = stampOf(this.#path);
    if (this.#known?.stamp !== stamp) this.#known = { stamp, value: this.#read(this.#path) };
    return this.#known.value;
  }
}

/** Asked at each use of an endpoint: a trip to another thread would take longer than all the rest of a small call. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(" ");
  } catch {
    return "absent";
  }
}
