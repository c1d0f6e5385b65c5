import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { OutputPiece, Run, RunEvent, Terminal, TerminalSpec } from "@gantry/driver-api";
import { readOutputs } from "@gantry/output-archive";
import type { ObservedRun, RunOutcome } from "@gantry/reports";
import type { ContainerAnswer } from "../engine/answers.ts";
import { canceled, runOver, toDriverError } from "../errors.ts";
import { PodmanFault } from "../engine/podman-fault.ts";
import type { Container } from "./container.ts";
import { parseCursor } from "./cursor.ts";
import { LogAssembler } from "./log-assembler.ts";
import { LogFile } from "./log-file.ts";
import { toObserved } from "./observed.ts";
import { openTerminal } from "./podman-terminal.ts";

export interface PodmanRunOptions {
  readonly id: string;
  readonly container: Container;
  readonly outputsDir: string;
  /** Removes the container and its log. */
  readonly remove: () => Promise<void>;
}

/** How often a growing log is looked at. */
const LOOK_MS = 50;
const RETRY_MS = 300;
/** How long Podman may take to clear away. */
const REST_MS = 10_000;
/** How often Podman is made to look for a program whose monitor may have been ended. */
const LOOK_AGAIN_MS = 10_000;
const NOTE_MS = 1_000;

/** A run as a container. Holds no state of its own, so any process can have one of the same container. */
export class PodmanRun implements Run {
  readonly id: string;
  readonly #container: Container;
  readonly #outputsDir: string;
  readonly #remove: () => Promise<void>;
  /** A kill looks like an end for lack of memory. */
  #wasKilled = false;

  constructor({ id, container, outputsDir, remove }: PodmanRunOptions) {
    this.id = id;
    this.#container = container;
    this.#outputsDir = outputsDir;
    this.#remove = remove;
  }

  async *events(cursor: string | undefined, signal: AbortSignal): AsyncGenerator<RunEvent> {
    const start = parseCursor(cursor);
    const letGo = new AbortController();
    const either = AbortSignal.any([signal, letGo.signal]);
    try {
      const state = await this.#container.inspect(signal);
      if (state === undefined) return;
      await using log = new LogFile(state.HostConfig.LogConfig.Path, start.offset);
      const assembler = new LogAssembler(start);
      const end = watch(this.#end(either));
      for (;;) {
        // Looked at first: what is read after the program has ended is all there is.
        const isOver = end.isOver();
        for await (const chunk of log.fresh()) yield* assembler.push(chunk);
        if (isOver) break;
        await Promise.race([end.settled, delay(LOOK_MS, undefined, { signal: either })]);
      }
      yield* assembler.end();
    } catch (error) {
      throw toDriverError(error, this.#doing("reading the log of"), signal);
    } finally {
      letGo.abort();
    }
  }

  async outcome(signal: AbortSignal): Promise<RunOutcome> {
    try {
      return await this.#end(signal);
    } catch (error) {
      throw toDriverError(error, this.#doing("waiting for"), signal);
    }
  }

  async #end(signal: AbortSignal): Promise<RunOutcome> {
    for (;;) {
      const state = await this.#container.inspect(signal);
      if (state === undefined) return { kind: "lost", reason: "The container was removed." };
      if (hasEnded(state)) return outcomeOf(state, this.#wasKilled);
      const hasWaited = await this.#waitUntilStopped(signal);
      if (!hasWaited && (await this.#staysDead(signal))) return UNWATCHED;
    }
  }

  /** Whether podman goes on calling the program running though it is dead, because its monitor is too. */
  async #staysDead(signal: AbortSignal): Promise<boolean> {
    if (!(await this.#container.isDead(signal))) return false;
    // Between the end of a program and the note of it there is a moment.
    await delay(NOTE_MS, undefined, { signal });
    const state = await this.#container.inspect(signal);
    return state !== undefined && !hasEnded(state) && (await this.#container.isDead(signal));
  }

  /** `false` when it takes longer than Podman is to be trusted with it. */
  async #waitUntilStopped(signal: AbortSignal): Promise<boolean> {
    const pause = AbortSignal.timeout(LOOK_AGAIN_MS);
    try {
      await this.#container.waitUntilStopped(AbortSignal.any([signal, pause]));
    } catch (error) {
      signal.throwIfAborted();
      if (pause.aborted) return false;
      if (!(error instanceof PodmanFault)) throw error;
      // The container is gone: the next look tells.
      await delay(RETRY_MS, undefined, { signal });
    }
    return true;
  }

  async *outputs(signal: AbortSignal): AsyncGenerator<OutputPiece> {
    try {
      const archive = await this.#archive(this.#outputsDir, signal);
      if (archive === undefined) return;
      yield* readOutputs(archive, async (path) => {
        const file = await this.#archive(`${this.#outputsDir}/${path}`, signal);
        return file ?? Readable.from([]);
      });
    } catch (error) {
      throw toDriverError(error, this.#doing("reading the outputs of"), signal);
    }
  }

  async #archive(path: string, signal: AbortSignal): Promise<Readable | undefined> {
    for (;;) {
      const before = await this.#statusAtRest(signal);
      const archive = await this.#container.archive(path, signal);
      if (archive !== undefined || before !== "running") return archive;
      // A program that ended meanwhile took along what Podman looked through.
      if ((await this.#statusAtRest(signal)) === "running") return undefined;
    }
  }

  /** Podman clears away behind a program that has ended, and finds nothing in its file system meanwhile. */
  async #statusAtRest(signal: AbortSignal): Promise<string | undefined> {
    for (let waited = 0; ; waited += LOOK_MS) {
      const status = (await this.#container.inspect(signal))?.State.Status;
      if (status !== "stopped" || waited > REST_MS) return status;
      await delay(LOOK_MS, undefined, { signal });
    }
  }

  async observe(signal: AbortSignal): Promise<ObservedRun> {
    try {
      return toObserved(...(await this.#container.powers(signal)));
    } catch (error) {
      throw toDriverError(error, this.#doing("looking at"), signal);
    }
  }

  async terminal(spec: TerminalSpec, signal: AbortSignal): Promise<Terminal> {
    try {
      const state = await this.#container.inspect(signal);
      if (state?.State.Status !== "running") throw runOver(this.id);
      return await openTerminal(this.#container, spec, signal);
    } catch (error) {
      throw toDriverError(error, this.#doing("opening a terminal in"), signal);
    }
  }

  async stop(options: { readonly graceMs: number; readonly signal: AbortSignal }): Promise<void> {
    const { graceMs, signal } = options;
    try {
      await this.#container.kill("SIGTERM", signal);
      if (await this.#endsWithin(graceMs, signal)) return;
      this.#wasKilled = true;
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
    const removed = this.#remove();
    removed.catch(() => undefined);
    try {
      await Promise.race([removed, rejectOnAbort(signal)]);
    } catch (error) {
      throw toDriverError(error, this.#doing("removing"), signal);
    }
  }

  #doing(verb: string): string {
    return `${verb} run ${this.id}`;
  }

  /** Nothing is held between calls. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

interface Watched {
  readonly isOver: () => boolean;
  /** Settles with the work; a failure is thrown here. */
  readonly settled: Promise<unknown>;
}

function watch(work: Promise<unknown>): Watched {
  let isOver = false;
  const settled = work.then(() => {
    isOver = true;
  });
  settled.catch(() => undefined);
  return { isOver: () => isOver, settled };
}

/** Whether the program has been started and has ended. */
function hasEnded({ State }: ContainerAnswer): boolean {
  return ["exited", "stopped", "removing", "dead"].includes(State.Status);
}

const UNWATCHED: RunOutcome = {
  kind: "lost",
  reason: "The container's monitor was ended before its program.",
};

function outcomeOf({ State, HostConfig }: ContainerAnswer, wasKilled: boolean): RunOutcome {
  const { ExitCode, OOMKilled } = State;
  if (ExitCode < 0 || ExitCode > 255) return UNWATCHED;
  // Podman before 5.0 does not hear of it from a monitor that its service started.
  const looksLike = ExitCode === KILLED && HostConfig.Memory > 0 && !wasKilled;
  return { kind: "exited", exitCode: ExitCode, outOfMemory: OOMKilled || looksLike };
}

const KILLED = 137;

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(canceled("removing a run", signal.reason));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
