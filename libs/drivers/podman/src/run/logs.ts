import { mkdir, open, realpath, rm } from "node:fs/promises";
import { join } from "node:path";

/** The directory of the logs, and whose it is: behind a filtered socket the host makes and removes its files. */
export interface LogsPlace {
  readonly dir: string;
  readonly isOwn: boolean;
}

/**
 * Where the logs of runs are: the monitor of each container writes one. Podman itself hands logs out by the line and
 * the second, so that neither a place in them nor their last byte is exact.
 */
export class Logs {
  readonly #dir: string;
  readonly #isOwn: boolean;

  constructor({ dir, isOwn }: LogsPlace) {
    this.#dir = dir;
    this.#isOwn = isOwn;
  }

  /**
   * Makes the file, so that it is this user's whoever writes it; gives its path as everybody on the machine knows it. One
   * that is there already is left as it is.
   */
  async make(runId: string): Promise<string> {
    if (!this.#isOwn) return join(this.#dir, fileName(runId));
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const path = join(await realpath(this.#dir), fileName(runId));
    await using _file = await open(path, "a", 0o600);
    return path;
  }

  /** One that is gone is done already. */
  async remove(runId: string): Promise<void> {
    if (this.#isOwn) await rm(join(this.#dir, fileName(runId)), { force: true });
  }
}

function fileName(runId: string): string {
  return `${runId}.log`;
}
