import type { SupervisionPolicy } from "./policy.ts";

export interface Crash {
  /** What happened, as a clause: `it ended with exit code 3`. */
  readonly reason: string;
  readonly atMs: number;
}

export interface CrashesKnown {
  /** The oldest first. */
  readonly crashes: readonly Crash[];
  readonly isQuarantined: boolean;
}

/** The crash budget of one driver. Knows no clock and no process. */
export class CrashRecord {
  readonly #policy: Pick<SupervisionPolicy, "crashes" | "windowMs" | "backOffMs">;
  #crashes: readonly Crash[];
  #isQuarantined: boolean;

  /** `before` is what an earlier daemon knew. */
  constructor(
    policy: Pick<SupervisionPolicy, "crashes" | "windowMs" | "backOffMs">,
    before: CrashesKnown = { crashes: [], isQuarantined: false },
  ) {
    this.#policy = policy;
    this.#crashes = before.crashes;
    this.#isQuarantined = before.isQuarantined;
  }

  get known(): CrashesKnown {
    return { crashes: this.#crashes, isQuarantined: this.#isQuarantined };
  }

  /** No more is started until somebody looks at it. */
  get isQuarantined(): boolean {
    return this.#isQuarantined;
  }

  get last(): Crash | undefined {
    return this.#crashes.at(-1);
  }

  count(nowMs: number): number {
    this.#dropOld(nowMs);
    return this.#crashes.length;
  }

  add(reason: string, nowMs: number): void {
    this.#dropOld(nowMs);
    this.#crashes = [...this.#crashes, { reason, atMs: nowMs }];
    if (this.#crashes.length >= this.#policy.crashes) this.#isQuarantined = true;
  }

  /** Milliseconds before the next start. */
  waitMs(nowMs: number): number {
    const { backOffMs } = this.#policy;
    const count = this.count(nowMs);
    if (count === 0 || this.last === undefined) return 0;
    const pause = backOffMs[Math.min(count, backOffMs.length) - 1] ?? 0;
    return Math.max(0, this.last.atMs + pause - nowMs);
  }

  forget(): void {
    this.#crashes = [];
    this.#isQuarantined = false;
  }

  #dropOld(nowMs: number): void {
    if (this.#isQuarantined) return;
    this.#crashes = this.#crashes.filter(({ atMs }) => nowMs - atMs < this.#policy.windowMs);
  }
}
