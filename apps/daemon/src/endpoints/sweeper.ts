import type { Endpoint } from "./endpoint.ts";

/** Removes the runs that a crash left in an engine, before the first new run there and whenever one was abandoned. */
export class Sweeper {
  readonly #owner: string;
  readonly #keep: () => readonly string[];
  readonly #kept = new Set<string>();
  readonly #swept = new WeakMap<Endpoint["instance"], Promise<void>>();

  /** `keep` gives the ids of runs that are to be taken up again. */
  constructor(owner: string, keep: () => readonly string[]) {
    this.#owner = owner;
    this.#keep = keep;
  }

  /** Resolves when the endpoint is free of left-overs, or could not be asked: its first run will say why. */
  sweepOnce({ instance }: Endpoint): Promise<void> {
    const known = this.#swept.get(instance);
    if (known !== undefined) return known;
    const swept = this.#sweep(instance);
    this.#swept.set(instance, swept);
    return swept;
  }

  /** Something may have been left: the next run there sweeps first. */
  sweepAgain({ instance }: Endpoint): void {
    this.#swept.delete(instance);
  }

  /** Keeps a run that is no operation's from being swept while `work` goes on. */
  async keeping<Result>(runId: string, work: () => Promise<Result>): Promise<Result> {
    this.#kept.add(runId);
    try {
      return await work();
    } finally {
      this.#kept.delete(runId);
    }
  }

  async #sweep(instance: Endpoint["instance"]): Promise<void> {
    try {
      await instance.run?.sweep(
        this.#owner,
        [...this.#keep(), ...this.#kept],
        AbortSignal.timeout(60_000),
      );
    } catch {
      this.#swept.delete(instance);
    }
  }
}
