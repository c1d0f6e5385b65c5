import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "@gantry/cnab";
import type {
  BuiltBundle,
  FinishedRun,
  LoggedEvent,
  Operation,
  OperationOutcome,
  PublishedBundle,
} from "@gantry/protocol";
import type { WorkEvent } from "@gantry/reports";
import { Fault } from "../fault.ts";
import type { OperationRecords } from "../store/operations.ts";
import { toFailure } from "../to-failure.ts";
import { attempt, Leaving } from "./attempt.ts";
import { OperationLog } from "./operation-log.ts";
import { Outcomes } from "./outcomes.ts";
import { readLog } from "./read-log.ts";

export type Phase = LoggedEvent["phase"];

/** What the work of an operation may use. */
export interface OperationContext {
  readonly id: string;
  /** Aborted by cancel. */
  readonly signal: AbortSignal;
  /** Aborted by the second cancel: no more grace. */
  readonly killSignal: AbortSignal;
  /** Where the driver's events were read to when an earlier daemon ended. */
  readonly cursor: string | undefined;
  report(phase: Phase, event: WorkEvent, cursor?: string): Promise<void>;
  /** The log goes once the operation has ended. */
  dropLog(): void;
  /** Kept in the outcome even when the work fails later. */
  readonly made: { build?: BuiltBundle; publish?: PublishedBundle; run?: FinishedRun };
}

export type Work = (context: OperationContext) => Promise<void>;

interface Running {
  readonly log: OperationLog;
  readonly cancel: AbortController;
  readonly kill: AbortController;
  readonly done: Promise<void>;
}

export interface OperationsOptions {
  readonly records: OperationRecords;
  readonly dir: string;
  /** Hears of errors that are our own fault. */
  readonly onDefect: (error: unknown) => void;
}

/** Carries out operations, keeps their logs, and lets any number of clients follow them. */
export class Operations implements AsyncDisposable {
  readonly #options: OperationsOptions;
  readonly #running = new Map<string, Running>();
  readonly #outcomes: Outcomes;

  constructor(options: OperationsOptions) {
    this.#options = options;
    this.#outcomes = new Outcomes(options.records, options.onDefect);
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Records an operation and starts its work. */
  async start(
    described: Omit<Operation, "id" | "status" | "created">,
    work: Work,
  ): Promise<Operation> {
    const operation: Operation = {
      ...described,
      id: newId({}),
      status: "running",
      created: new Date().toISOString(),
    };
    this.#outcomes.retry();
    this.#options.records.insert(operation);
    await this.resume(operation, work);
    return operation;
  }

  /** Starts the work of an operation that is recorded as running. */
  async resume(operation: Operation, work: Work): Promise<void> {
    const log = await this.#openLog(operation);
    const cancel = new AbortController();
    const kill = new AbortController();
    const carried = this.#carryOut(operation, { log, cancel, kill }, work);
    const done = carried.catch((error: unknown) => this.#options.onDefect(error));
    this.#running.set(operation.id, { log, cancel, kill, done });
    void done.then(() => this.#running.delete(operation.id));
  }

  /** Without a log there is no operation: it has failed then, before it began. */
  async #openLog(operation: Operation): Promise<OperationLog> {
    try {
      return await OperationLog.open(this.#path(operation.id));
    } catch (error) {
      const failure = toFailure(error) ?? {
        code: "internal",
        message: "The log cannot be opened.",
      };
      const finished = new Date().toISOString();
      await this.#outcomes.record({
        operation: { ...operation, status: "failed", failure, finished },
      });
      throw error;
    }
  }

  /** Events behind `after`, then new ones until the operation ends. */
  watch(id: string, after: number, signal: AbortSignal): AsyncGenerator<LoggedEvent> {
    const live = this.#running.get(id)?.log;
    return readLog({ path: this.#path(id), after, live, signal });
  }

  /** Waits for the end. */
  async outcome(id: string): Promise<OperationOutcome> {
    await this.#running.get(id)?.done;
    return this.known(id);
  }

  known(id: string): OperationOutcome {
    const outcome = this.#outcomes.find(id);
    if (outcome !== undefined) return outcome;
    throw new Fault("not-found", `There is no operation ${id}.`, {
      hint: "It may have been deleted with its installation.",
    });
  }

  cancel(id: string, { kill }: { readonly kill: boolean }): void {
    this.known(id);
    const running = this.#running.get(id);
    running?.cancel.abort();
    if (kill) running?.kill.abort();
  }

  /** Whether the log of an operation was kept. */
  hasLog(id: string): boolean {
    return existsSync(this.#path(id));
  }

  /** Removes operations that have ended, and the logs of all of them. */
  async forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.#removeLog(id);
      this.#options.records.forget(id);
    }
  }

  async #removeLog(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  /** Lets go: builds are cancelled, runs go on without us and stay recorded as running. */
  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.#running.values()];
    for (const { cancel } of running) cancel.abort(new Leaving());
    await Promise.all(running.map(({ done }) => done));
    this.#outcomes.retry();
  }

  async #carryOut(
    operation: Operation,
    { log, cancel, kill }: Pick<Running, "log" | "cancel" | "kill">,
    work: Work,
  ): Promise<void> {
    const made: OperationContext["made"] = {};
    let keepsLog = true;
    const context: OperationContext = {
      id: operation.id,
      signal: cancel.signal,
      killSignal: kill.signal,
      cursor: log.lastCursor,
      made,
      report: (phase, event, cursor) =>
        log.append({ phase, event, ...(cursor === undefined ? {} : { cursor }) }),
      dropLog: () => {
        keepsLog = false;
      },
    };
    const ending = await attempt(work, context, this.#options.onDefect);
    await log.flush().catch(this.#options.onDefect);
    if (ending !== undefined) {
      const finished = new Date().toISOString();
      await this.#outcomes.record({ operation: { ...operation, ...ending, finished }, ...made });
    }
    await log[Symbol.asyncDispose]();
    if (!keepsLog) await this.#removeLog(operation.id);
  }

  #path(id: string): string {
    return join(this.#options.dir, `${id}.jsonl`);
  }
}
