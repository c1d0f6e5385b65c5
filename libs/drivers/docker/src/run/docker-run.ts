import { setTimeout as delay } from "node:timers/promises";
import type { OutputPiece, Run, RunEvent, Terminal, TerminalSpec } from "@gantry/driver-api";
import { readOutputs } from "@gantry/output-archive";
import type { ObservedRun, RunOutcome } from "@gantry/reports";
import type { ContainerAnswer } from "../answers.ts";
import { canceled, engineLost, isAway, runGone, toDriverError } from "../errors.ts";
import type { Container } from "./container.ts";
import { parseCursor } from "./cursor.ts";
import { openTerminal } from "./docker-terminal.ts";
import { LogAssembler } from "./log-assembler.ts";
import { toObserved } from "./observed.ts";

export interface DockerRunOptions {
  readonly id: string;
  readonly container: Container;
  readonly outputsDir: string;
  /** How long an engine that went away may take to come back. */
  readonly lostAfterMs: number;
}

const RETRY_MS = 250;

/** A run as a container. Holds no state of its own, so any process can have one of the same container. */
export class DockerRun implements Run {
  readonly id: string;
  readonly #container: Container;
  readonly #options: DockerRunOptions;

  constructor(options: DockerRunOptions) {
    this.id = options.id;
    this.#container = options.container;
    this.#options = options;
  }

  async *events(cursor: string | undefined, signal: AbortSignal): AsyncGenerator<RunEvent> {
    let place = cursor;
    for (;;) {
      const state = await this.#patiently((now) => this.#container.inspect(now), signal);
      if (state === undefined) return;
      const isOver = hasEnded(state);
      for await (const event of this.#readLog(place, isOver, signal)) {
        place = event.cursor;
        yield event;
      }
      // A log that is followed may stop short of its end, so the last reading is of a program that has ended.
      if (isOver) return;
    }
  }

  async *#readLog(
    cursor: string | undefined,
    isOver: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent> {
    const start = parseCursor(cursor);
    const assembler = new LogAssembler(start);
    try {
      const log = await this.#container.logs({ since: start.since, follow: !isOver }, signal);
      for await (const chunk of log) yield* assembler.push(Buffer.from(chunk));
      if (isOver) yield* assembler.end();
    } catch (error) {
      const known = toDriverError(error, this.#doing("reading the log of"), signal);
      const mayGoOn = isAway(known) || known.code === "not-found";
      if (!mayGoOn || isOver) throw known;
      // The next look tells whether the engine or the container is gone; the cursor tells where to go on.
      await this.#pause(signal);
    }
  }

  async outcome(signal: AbortSignal): Promise<RunOutcome> {
    try {
      return await this.#patiently((now) => this.#end(now), signal);
    } catch (error) {
      const known = toDriverError(error, this.#doing("waiting for"), signal);
      if (!isAway(known)) throw known;
      return { kind: "lost", reason: known.message };
    }
  }

  async #end(signal: AbortSignal): Promise<RunOutcome> {
    for (;;) {
      const state = await this.#container.inspect(signal);
      if (state === undefined) return { kind: "lost", reason: "The container was removed." };
      if (hasEnded(state)) return outcomeOf(state);
      await this.#container.waitUntilStopped(signal);
    }
  }

  async *outputs(signal: AbortSignal): AsyncGenerator<OutputPiece> {
    const { outputsDir } = this.#options;
    try {
      const archive = await this.#container.archive(outputsDir, signal);
      if (archive === undefined) return;
      yield* readOutputs(archive, async (path) => {
        const file = await this.#container.archive(`${outputsDir}/${path}`, signal);
        return file ?? archive;
      });
    } catch (error) {
      throw toDriverError(error, this.#doing("reading the outputs of"), signal);
    }
  }

  async observe(signal: AbortSignal): Promise<ObservedRun> {
    try {
      const powers = await this.#container.powers(signal);
      if (powers === undefined) throw runGone(this.id);
      return toObserved(powers);
    } catch (error) {
      throw toDriverError(error, this.#doing("looking at"), signal);
    }
  }

  terminal(spec: TerminalSpec, signal: AbortSignal): Promise<Terminal> {
    return openTerminal({ ...this.#container.parts, run: this.id }, spec, signal);
  }

  async stop({
    graceMs,
    signal,
  }: {
    readonly graceMs: number;
    readonly signal: AbortSignal;
  }): Promise<void> {
    try {
      await this.#container.kill("SIGTERM", signal);
      if (await this.#endsWithin(graceMs, signal)) return;
      await this.#container.kill("SIGKILL", signal);
      await this.#end(signal);
    } catch (error) {
      throw toDriverError(error, this.#doing("stopping"), signal);
    }
  }

  async #endsWithin(graceMs: number, signal: AbortSignal): Promise<boolean> {
    const loser = new AbortController();
    const either = AbortSignal.any([signal, loser.signal]);
    const ended = this.#end(either).then(() => true);
    const elapsed = delay(graceMs, false, { signal: either });
    try {
      return await Promise.race([ended, elapsed]);
    } finally {
      loser.abort();
      await Promise.allSettled([ended, elapsed]);
    }
  }

  async remove(signal: AbortSignal): Promise<void> {
    // The removal goes on when the caller stops waiting: what holds secrets must not stay.
    const removed = this.#container.remove();
    removed.catch(() => undefined);
    try {
      await Promise.race([removed, rejectOnAbort(signal)]);
    } catch (error) {
      throw toDriverError(error, this.#doing("removing"), signal);
    }
  }

  /** Does `work`, again and again while the engine is away, for as long as it may be. */
  async #patiently<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    let awaySince: number | undefined;
    for (;;) {
      try {
        return await work(signal);
      } catch (error) {
        const known = toDriverError(error, this.#doing("waiting for"), signal);
        if (!isAway(known)) throw known;
        // A connection that broke had found the engine there.
        if (awaySince === undefined || known.code === "engine-lost") awaySince = Date.now();
        if (Date.now() - awaySince >= this.#options.lostAfterMs) {
          throw engineLost(this.#doing("waiting for"), known);
        }
      }
      await this.#pause(signal);
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    try {
      await delay(RETRY_MS, undefined, { signal });
    } catch (error) {
      throw canceled(this.#doing("waiting for"), error);
    }
  }

  #doing(verb: string): string {
    return `${verb} run ${this.id}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held between calls.
  }
}

/** Whether the program has been started and has ended. */
function hasEnded({ State }: ContainerAnswer): boolean {
  return State.Status === "exited" || State.Status === "dead" || State.Status === "removing";
}

function outcomeOf({ State }: ContainerAnswer): RunOutcome {
  return { kind: "exited", exitCode: State.ExitCode & 0xff, outOfMemory: State.OOMKilled };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(canceled("removing a run", signal.reason));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
