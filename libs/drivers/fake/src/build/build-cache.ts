import { createHash } from "node:crypto";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Which steps were carried out before. A step is known by all that led to it. */
export class BuildCache {
  readonly #dir: string;

  constructor(stateDir: string) {
    this.#dir = join(stateDir, "cache");
  }

  /** Why the step cannot be taken from the cache; `undefined` when it can. */
  async missReason(key: string, instruction: string): Promise<string | undefined> {
    if (await exists(this.#path(key))) return undefined;
    return (await exists(this.#path(instruction)))
      ? "What it takes in has changed."
      : "It was never carried out before.";
  }

  async add(key: string, instruction: string): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    await writeFile(this.#path(key), "");
    await writeFile(this.#path(instruction), "");
  }

  #path(key: string): string {
    return join(this.#dir, createHash("sha256").update(key).digest("hex"));
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
