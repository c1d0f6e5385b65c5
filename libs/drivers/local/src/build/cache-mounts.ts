import { createHash } from "node:crypto";
import { join } from "node:path";

type Sharing = "shared" | "private" | "locked";

/** Directories of cache mounts, one for each id, and who uses them now. */
export class CacheMounts {
  readonly #directory: string;
  readonly #users = new Map<string, number>();
  readonly #turns = new Map<string, Promise<void>>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Takes the directory of `id` as `sharing` says; dispose to let go of it. */
  async take(id: string, sharing: Sharing): Promise<{ readonly path: string } & Disposable> {
    const path = join(this.#directory, createHash("sha256").update(id).digest("hex").slice(0, 32));
    if (sharing === "locked") return this.#locked(path);
    return this.#counted(sharing === "shared" ? path : this.#free(path));
  }

  #free(path: string): string {
    for (let number = 1; ; number++) {
      const candidate = number === 1 ? path : `${path}-${number}`;
      if (!this.#users.has(candidate)) return candidate;
    }
  }

  async #locked(path: string): Promise<{ readonly path: string } & Disposable> {
    const before = this.#turns.get(path);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turns.set(path, promise);
    await before;
    const use = this.#counted(path);
    return {
      path,
      [Symbol.dispose]: () => {
        use[Symbol.dispose]();
        resolve();
      },
    };
  }

  #counted(path: string): { readonly path: string } & Disposable {
    this.#users.set(path, (this.#users.get(path) ?? 0) + 1);
    return {
      path,
      [Symbol.dispose]: () => {
        const left = (this.#users.get(path) ?? 1) - 1;
        if (left === 0) this.#users.delete(path);
        else this.#users.set(path, left);
      },
    };
  }
}
