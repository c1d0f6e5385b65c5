import { rename } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { dirname, join } from "node:path";
import type { OutputPiece, Run, RunEvent, Terminal, TerminalSpec } from "@gantry/driver-api";
import type { ObservedRun, RunOutcome } from "@gantry/reports";
import { canceled, hasCode, invalidRun, runEnded, runGone } from "../errors.ts";
import type { SandboxHost } from "../sandbox/host.ts";
import { removeTrees } from "../snapshots/remove-trees.ts";
import { removeGroups, sawOutOfMemory } from "./cgroup.ts";
import { ChangeWatch } from "./change-watch.ts";
import { openTerminal } from "./local-terminal.ts";
import { LogReader, parseCursor } from "./log-reader.ts";
import { readOutputs } from "./outputs/outputs.ts";
import { isAlive, signalProcess } from "./processes.ts";
import type { RunDir, RunProcesses, RunRecord } from "./run-dir.ts";

/** Beginning of the names of directories that are being removed: no id of a run begins so. */
export const GONE = ".gone-";
const SETTLE_MS = 5_000;
const PAUSE_MS = 10;

/** What a run needs to be read, stopped and removed: all of it can be found again by its id. */
export interface RunParts {
  readonly id: string;
  readonly dir: RunDir;
  readonly host: SandboxHost;
  readonly processes: RunProcesses;
  readonly record: RunRecord;
  /** This boot of the machine. */
  readonly boot: string;
}

/** A run on disk. Everything is read from there, so that any number of processes can watch it, at any time. */
export class LocalRun implements Run {
  readonly id: string;
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.id = parts.id;
    this.#parts = parts;
  }

  async *events(cursor: string | undefined, signal: AbortSignal): AsyncGenerator<RunEvent> {
    const { dir } = this.#parts;
    const place = parseCursor(cursor ?? "o0e0");
    if (place === undefined) {
      throw invalidRun(`${JSON.stringify(cursor)} is no cursor of a run.`, "Read from the start.");
    }
    await using reader = await LogReader.open(dir, place).catch(this.#orGone);
    using watch = new ChangeWatch(dir.path);
    for (let hasEnded = false; !hasEnded; ) {
      hasEnded = (await this.#end()) !== undefined;
      for await (const event of reader.drain(hasEnded)) {
        if (signal.aborted) throw canceled("Reading the log");
        yield event;
      }
      if (!hasEnded) await this.#wait(watch, signal);
    }
  }

  async outcome(signal: AbortSignal): Promise<RunOutcome> {
    using watch = new ChangeWatch(this.#parts.dir.exit);
    for (;;) {
      const end = await this.#end();
      if (end !== undefined) return end;
      await this.#wait(watch, signal);
    }
  }

  async *outputs(signal: AbortSignal): AsyncGenerator<OutputPiece> {
    try {
      const { dir, host, record } = this.#parts;
      yield* readOutputs(host, { top: dir.outputs, user: record.user }, signal);
    } catch (error) {
      if (signal.aborted) throw canceled("Reading the outputs");
      throw hasCode(error, "ENOENT") ? runGone(this.id) : error;
    }
  }

  async observe(): Promise<ObservedRun> {
    const observed = await this.#parts.dir.observed();
    if (observed === undefined) throw runGone(this.id);
    return observed;
  }

  async terminal(spec: TerminalSpec, signal: AbortSignal): Promise<Terminal> {
    if (signal.aborted) throw canceled("The terminal");
    if ((await this.#end()) !== undefined) throw runEnded(this.id);
    return openTerminal(this.#parts, spec);
  }

  async stop(options: { readonly graceMs: number; readonly signal: AbortSignal }): Promise<void> {
    const { init } = this.#parts.processes;
    if (!this.#isOfThisBoot() || !signalProcess(init, "SIGTERM"))
      return this.#settle(options.signal);
    const deadline = Date.now() + options.graceMs;
    while (isAlive(init) && Date.now() < deadline) {
      if (options.signal.aborted) throw canceled("Stopping a run");
      await delay(PAUSE_MS);
    }
    signalProcess(init, "SIGKILL");
    await this.#settle(options.signal);
  }

  async remove(signal: AbortSignal): Promise<void> {
    const { dir, host, processes } = this.#parts;
    if (this.#isOfThisBoot()) signalProcess(processes.init, "SIGKILL");
    await this.#settle(signal);
    await removeGroups(processes.groups);
    await removeRunDir(host, dir.path, signal);
  }

  /** The watch on a run that is read elsewhere holds nothing. */
  async [Symbol.asyncDispose](): Promise<void> {}

  /** Waits until its processes have ended and its logs are complete. */
  async #settle(signal: AbortSignal): Promise<void> {
    const { supervisor, init } = this.#parts.processes;
    const deadline = Date.now() + SETTLE_MS;
    while (
      this.#isOfThisBoot() &&
      (isAlive(supervisor) || isAlive(init)) &&
      Date.now() < deadline
    ) {
      if (signal.aborted) throw canceled("Stopping a run");
      await delay(PAUSE_MS);
    }
  }

  async #end(): Promise<RunOutcome | undefined> {
    const { dir, processes } = this.#parts;
    const isRunning =
      this.#isOfThisBoot() && (isAlive(processes.supervisor) || isAlive(processes.init));
    const exitCode = await dir.exitCode();
    if (exitCode !== undefined) {
      return { kind: "exited", exitCode, outOfMemory: await sawOutOfMemory(processes.groups) };
    }
    if (isRunning) return undefined;
    const isOld = !this.#isOfThisBoot();
    const reason = isOld ? "The machine was restarted." : "What watched over the run was ended.";
    return { kind: "lost", reason };
  }

  async #wait(watch: ChangeWatch, signal: AbortSignal): Promise<void> {
    try {
      await watch.next(signal);
    } catch {
      throw canceled("Waiting for a run");
    }
  }

  #isOfThisBoot(): boolean {
    return this.#parts.record.boot === this.#parts.boot;
  }

  readonly #orGone = (error: unknown): never => {
    throw hasCode(error, "ENOENT") ? runGone(this.id) : error;
  };
}

/** Removes the directory of a run; from the first moment on nobody finds the run in it. */
export async function removeRunDir(
  host: SandboxHost,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const gone = join(dirname(path), `${GONE}${path.split("/").at(-1)}-${process.pid}-${Date.now()}`);
  try {
    await rename(path, gone);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  await removeTrees(host, [gone], signal);
}
