import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { OutputPiece, Run, RunEvent } from "@gantry/driver-api";
import type { RunOutcome } from "@gantry/reports";
import { canceled } from "../errors.ts";
import { nextEvent, toPlace } from "./event-log.ts";
import { readOutputs } from "./outputs.ts";
import { isAlive, signalGroup } from "./process-identity.ts";
import type { RunDirectory, RunRecord } from "./run-directory.ts";

/** How often a waiting reader looks. */
const LOOK_MS = 25;

/** A run as its directory tells of it; any process can hold one. */
export class CommandRun implements Run {
  readonly id: string;
  readonly #directory: RunDirectory;
  readonly #record: RunRecord;

  constructor(directory: RunDirectory, record: RunRecord) {
    this.id = record.id;
    this.#directory = directory;
    this.#record = record;
  }

  async *events(cursor: string | undefined, signal: AbortSignal): AsyncGenerator<RunEvent> {
    let place = toPlace(cursor);
    while (true) {
      if (signal.aborted) throw canceled();
      // Looked at first, so that what was printed just before the end is read after it.
      const hasEnded = (await this.#end()) !== undefined;
      let next = await nextEvent(this.#directory, place, hasEnded);
      while (next !== undefined) {
        place = next.place;
        yield next.event;
        if (signal.aborted) throw canceled();
        next = await nextEvent(this.#directory, place, hasEnded);
      }
      if (hasEnded) return;
      await pause(signal);
    }
  }

  async outcome(signal: AbortSignal): Promise<RunOutcome> {
    while (true) {
      const end = await this.#end();
      if (end !== undefined) return end;
      await pause(signal);
    }
  }

  outputs(): AsyncGenerator<OutputPiece> {
    return readOutputs(this.#directory.outputs, this.#record.outputsDir);
  }

  async stop({
    graceMs,
    signal,
  }: {
    readonly graceMs: number;
    readonly signal: AbortSignal;
  }): Promise<void> {
    const pid = this.#record.process?.pid;
    if (pid === undefined || (await this.#end()) !== undefined) return;
    signalGroup(pid, "SIGTERM");
    const grace = AbortSignal.any([signal, AbortSignal.timeout(graceMs)]);
    const end = await this.outcome(grace).catch(() => undefined);
    if (end !== undefined) return;
    if (signal.aborted) throw canceled();
    await this.#kill(pid);
    await this.outcome(signal);
  }

  async remove(signal: AbortSignal): Promise<void> {
    const pid = this.#record.process?.pid;
    if (pid !== undefined && (await this.#directory.read()) !== undefined) {
      if ((await this.#end()) === undefined) await this.#kill(pid);
      await this.outcome(signal);
    }
    await this.#directory.remove();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open between two looks.
  }

  async #kill(pid: number): Promise<void> {
    await writeFile(this.#directory.killed, "").catch(() => undefined);
    signalGroup(pid, "SIGKILL");
  }

  /** How it ended; `undefined` while it runs. */
  async #end(): Promise<RunOutcome | undefined> {
    const { process: started } = this.#record;
    const isRunning = started !== undefined && (await isAlive(started));
    const exitCode = await this.#directory.exitStatus();
    if (exitCode !== undefined) return { kind: "exited", exitCode, outOfMemory: false };
    if (isRunning) return undefined;
    if (await this.#directory.wasKilled())
      return { kind: "exited", exitCode: 137, outOfMemory: false };
    return { kind: "lost", reason: "The executable's process is gone and left no exit status." };
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await delay(LOOK_MS, undefined, { signal });
  } catch {
    throw canceled();
  }
}
