import type { BuiltStep, Work } from "@gantry/driver-api";

/** A step under way. */
export interface OpenStep {
  readonly id: string;
  readonly title: string;
}

/** Tells of the steps of a build, and remembers them for its result. */
export class StepReporter {
  readonly built: BuiltStep[] = [];
  readonly #work: Work;
  #count = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  /** A step that takes nothing to do. */
  async cached(title: string): Promise<void> {
    await this.#event(this.#next(title), "cached");
    this.built.push({ title, cached: true });
  }

  /** Runs a step: started, then done, failed or canceled. */
  async run<Result>(
    title: string,
    reason: string,
    work: (step: OpenStep) => Promise<Result>,
  ): Promise<Result> {
    const step = this.#next(title);
    const begin = performance.now();
    await this.#event(step, "started", { reason });
    try {
      const result = await work(step);
      await this.#event(step, "done", { durationMs: performance.now() - begin });
      this.built.push({ title, cached: false, missReason: reason });
      return result;
    } catch (error) {
      const state = this.#work.signal.aborted ? "canceled" : "failed";
      const why = error instanceof Error ? { reason: error.message } : {};
      await this.#event(step, state, { ...why, durationMs: performance.now() - begin });
      throw error;
    }
  }

  async #event(
    step: OpenStep,
    state: "started" | "done" | "cached" | "failed" | "canceled",
    more: { reason?: string; durationMs?: number } = {},
  ): Promise<void> {
    await this.#work.report({ kind: "step", step: step.id, title: step.title, state, ...more });
  }

  #next(title: string): OpenStep {
    this.#count += 1;
    return { id: String(this.#count), title };
  }
}
