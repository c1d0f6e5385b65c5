import type { OperationOutcome } from "@gantry/protocol";
import { setTimeout as delay } from "node:timers/promises";
import type { OperationRecords } from "../store/operations.ts";

/** Milliseconds between tries to record an outcome. */
const TRIES_MS = [50, 500, 2_000] as const;

/** How operations ended. An outcome that a full disk refuses is kept in memory and recorded as soon as it can be. */
export class Outcomes {
  readonly #records: OperationRecords;
  readonly #onDefect: (error: unknown) => void;
  readonly #waiting = new Map<string, OperationOutcome>();

  constructor(records: OperationRecords, onDefect: (error: unknown) => void) {
    this.#records = records;
    this.#onDefect = onDefect;
  }

  find(id: string): OperationOutcome | undefined {
    return this.#waiting.get(id) ?? this.#records.outcome(id);
  }

  /** Resolves once the outcome is recorded, or kept for later. */
  async record(outcome: OperationOutcome): Promise<void> {
    this.#waiting.set(outcome.operation.id, outcome);
    for (const waitMs of TRIES_MS) {
      if (this.retry()) return;
      await delay(waitMs);
    }
  }

  /** Records what is still in memory; false when that failed. */
  retry(): boolean {
    try {
      for (const [id, outcome] of this.#waiting) {
        this.#records.finish(outcome);
        this.#waiting.delete(id);
      }
      return true;
    } catch (error) {
      this.#onDefect(error);
      return false;
    }
  }
}
