import {
  DriverError,
  type OutputPiece,
  type Run,
  type RunEvent,
  type Terminal,
  type TerminalSpec,
} from "@gantry/driver-api";
import type { RunOutcome } from "@gantry/reports";
import type { DriverProcess } from "./driver-process.ts";
import type { Supervisor } from "./supervisor.ts";

interface Attached {
  readonly process: DriverProcess;
  readonly run: Run;
  readonly canRecover: boolean;
}

/** A run that is followed by the process that started it; when that ends before the run does, by the next one. */
export class SupervisedRun implements Run {
  readonly id: string;
  /** As the driver has them. */
  readonly observe?: NonNullable<Run["observe"]>;
  readonly terminal?: NonNullable<Run["terminal"]>;
  readonly #supervisor: Supervisor;
  #attached: Attached;
  #attaching: Promise<boolean> | undefined;

  constructor(supervisor: Supervisor, attached: Attached) {
    this.#supervisor = supervisor;
    this.#attached = attached;
    this.id = attached.run.id;
    if (attached.run.observe !== undefined)
      this.observe = (signal) =>
        this.#with(signal, (run) => run.observe?.(signal) ?? Promise.reject(lost(supervisor.name)));
    if (attached.run.terminal !== undefined)
      this.terminal = (spec, signal) => this.#openTerminal(spec, signal);
  }

  async *events(cursor: string | undefined, signal: AbortSignal): AsyncGenerator<RunEvent> {
    let after = cursor;
    for (;;) {
      const { process, run } = this.#attached;
      using _held = process.hold();
      try {
        for await (const event of run.events(after, signal)) {
          after = event.cursor;
          yield event;
        }
        return;
      } catch (error) {
        await this.#attachAnew(process, error, signal);
        if (after !== undefined) yield { cursor: after, event: notice(this.#supervisor.name) };
      }
    }
  }

  outcome(signal: AbortSignal): Promise<RunOutcome> {
    return this.#with(signal, (run) => run.outcome(signal));
  }

  /** Not taken up again in the middle: a half-read file would be read twice. */
  async *outputs(signal: AbortSignal): AsyncGenerator<OutputPiece> {
    await this.#attachIfLost(signal);
    const { process, run } = this.#attached;
    using _held = process.hold();
    yield* run.outputs(signal);
  }

  stop(options: { readonly graceMs: number; readonly signal: AbortSignal }): Promise<void> {
    return this.#with(options.signal, (run) => run.stop(options));
  }

  remove(signal: AbortSignal): Promise<void> {
    return this.#with(signal, (run) => run.remove(signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#attached.run[Symbol.asyncDispose]();
  }

  /** Its process is kept for as long as the terminal is. */
  async #openTerminal(spec: TerminalSpec, signal: AbortSignal): Promise<Terminal> {
    await this.#attachIfLost(signal);
    const { process, run } = this.#attached;
    using stack = new DisposableStack();
    stack.use(process.hold());
    const terminal = await run.terminal?.(spec, signal);
    if (terminal === undefined) throw lost(this.#supervisor.name);
    const held = stack.move();
    return {
      output: (until) => terminal.output(until),
      write: (data, until) => terminal.write(data, until),
      resize: (size, until) => terminal.resize(size, until),
      outcome: (until) => terminal.outcome(until),
      async [Symbol.asyncDispose]() {
        await terminal[Symbol.asyncDispose]();
        held.dispose();
      },
    };
  }

  /** All of these may be asked twice. */
  async #with<Result>(signal: AbortSignal, work: (run: Run) => Promise<Result>): Promise<Result> {
    for (;;) {
      await this.#attachIfLost(signal);
      const { process, run } = this.#attached;
      try {
        return await process.use(() => work(run));
      } catch (error) {
        await this.#attachAnew(process, error, signal);
      }
    }
  }

  async #attachIfLost(signal: AbortSignal): Promise<void> {
    const { process } = this.#attached;
    if (!process.isAlive) await this.#attachAnew(process, lost(this.#supervisor.name), signal);
  }

  /** Finds the run in a new process. Throws `error` when that is not what is wrong, or cannot be. */
  async #attachAnew(process: DriverProcess, error: unknown, signal: AbortSignal): Promise<void> {
    if (this.#attached.process !== process) return;
    const { canRecover } = this.#attached;
    if ((await isAliveStill(process)) || !canRecover || signal.aborted) throw error;
    if (this.#attached.process !== process) return;
    this.#attaching ??= this.#findAgain().finally(() => {
      this.#attaching = undefined;
    });
    if (!(await this.#attaching)) throw error;
  }

  /** False when the engine does not know the run. As often as processes end meanwhile; the crash budget bounds it. */
  async #findAgain(): Promise<boolean> {
    const { canRecover } = this.#attached;
    for (;;) {
      const process = await this.#supervisor.acquire();
      try {
        const run = await process.use((driver) => driver.run?.recover(this.id, NEVER) ?? never());
        if (run !== undefined) this.#attached = { process, run, canRecover };
        return run !== undefined;
      } catch (error) {
        if (await isAliveStill(process)) throw error;
      }
    }
  }
}

const NEVER = new AbortController().signal;

/** The calls of a connection fail a moment before its end is known. */
async function isAliveStill(process: DriverProcess): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve));
  return process.isAlive;
}

function never(): Promise<undefined> {
  return Promise.resolve(undefined);
}

function lost(name: string): DriverError {
  return new DriverError("driver-lost", `Driver ${name} ended in the middle of its work.`, {
    hint: `See \`gantry drivers doctor ${name}\` for what it printed last.`,
  });
}

function notice(name: string): RunEvent["event"] {
  return {
    kind: "notice",
    level: "warning",
    text: `Driver ${name} ended and was started anew; it goes on following the run.`,
    hint: `See \`gantry drivers doctor ${name}\`.`,
  };
}
