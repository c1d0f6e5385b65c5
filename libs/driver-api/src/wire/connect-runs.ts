import type { RunCapabilities } from "@gantry/reports";
import { PieceOrder } from "./piece-order.ts";
import type { OutputPiece, Run, RunEvent, RunFacet, RunSpec } from "../run.ts";
import { boundEvent } from "./bound-event.ts";
import type { Caller } from "./caller.ts";
import { connectTerminal } from "./connect-terminals.ts";
import {
  runEngineSocket,
  runEvents,
  runHandles,
  runObserve,
  runOutcome,
  runOutputs,
  runRecover,
  runRemove,
  runStart,
  runStop,
  runSweep,
} from "./methods.ts";

export function connectRuns(caller: Caller, capabilities: RunCapabilities): RunFacet {
  const toRun = (id: string): Run => new RemoteRun(caller, id, capabilities);
  return {
    capabilities,
    handles: async (imageType, signal) =>
      (await caller.request(runHandles, { imageType }, signal)).handles,
    async start(spec, signal) {
      await caller.request(runStart, toParams(spec), signal);
      return toRun(spec.id);
    },
    async recover(id, signal) {
      const { found } = await caller.request(runRecover, { id }, signal);
      return found ? toRun(id) : undefined;
    },
    ...(capabilities.features.includes("engine-socket") && {
      engineSocket: async (signal: AbortSignal) =>
        (await caller.request(runEngineSocket, {}, signal)).path,
    }),
    sweep: async (owner, keep, signal) =>
      (await caller.request(runSweep, { owner, keep: [...keep] }, signal)).removed,
  };
}

class RemoteRun implements Run {
  readonly id: string;
  /** Members that the driver does not declare are absent here as they are there. */
  readonly observe?: NonNullable<Run["observe"]>;
  readonly terminal?: NonNullable<Run["terminal"]>;
  readonly #caller: Caller;

  constructor(caller: Caller, id: string, { features }: RunCapabilities) {
    this.#caller = caller;
    this.id = id;
    if (features.includes("observe"))
      this.observe = (signal) => caller.request(runObserve, { id }, signal);
    if (features.includes("terminal"))
      this.terminal = (spec, signal) => connectTerminal(caller, id, { spec, signal });
  }

  async *events(cursor: string | undefined, signal: AbortSignal): AsyncGenerator<RunEvent> {
    const params = cursor === undefined ? { id: this.id } : { id: this.id, cursor };
    for await (const { cursor: at, event } of this.#caller.stream(runEvents, params, signal)) {
      yield { cursor: at, event: boundEvent(event) };
    }
  }

  outcome(signal: AbortSignal) {
    return this.#caller.request(runOutcome, { id: this.id }, signal);
  }

  async *outputs(signal: AbortSignal): AsyncGenerator<OutputPiece> {
    const pieces = new PieceOrder(this.#caller.name);
    for await (const piece of this.#caller.stream(runOutputs, { id: this.id }, signal)) {
      pieces.check(piece);
      yield { ...piece, data: Buffer.from(piece.data, "base64") };
    }
  }

  async stop({
    graceMs,
    signal,
  }: {
    readonly graceMs: number;
    readonly signal: AbortSignal;
  }): Promise<void> {
    const waiting = { signal, moreMs: graceMs };
    await this.#caller.requestFor(runStop, { id: this.id, graceMs }, waiting);
  }

  async remove(signal: AbortSignal): Promise<void> {
    await this.#caller.request(runRemove, { id: this.id }, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The connection belongs to the driver; there is nothing of this run's own to let go of.
  }
}

function toParams(spec: RunSpec) {
  return {
    ...spec,
    labels: { ...spec.labels },
    command: [...spec.command],
    environment: [...spec.environment],
    files: spec.files.map((file) => ({
      ...file,
      content: Buffer.from(file.content).toString("base64"),
    })),
    mounts: [...spec.mounts],
    capabilities: [...spec.capabilities],
  };
}
