import { type Binding, bind } from "@gantry/rpc";
import type { z } from "zod";
import { DriverError } from "../errors.ts";
import type { OutputPiece, Run, RunFacet, RunSpec } from "../run.ts";
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
import { serveTerminals } from "./serve-terminals.ts";
import { lacking, type Served } from "./served.ts";
import type { OutputPieceWire, RunSpecWire } from "./shapes.ts";

/** Bytes of an output in one message. */
const PIECE_BYTES = 64 * 1024;

/** The runs that a connection has spoken of. */
class Runs {
  readonly #runs = new Map<string, Run>();
  readonly #served: Served;

  constructor(served: Served) {
    this.#served = served;
  }

  get facet(): RunFacet {
    const facet = this.#served.driver.run;
    if (facet === undefined) throw lacking("run facet");
    return facet;
  }

  async start(spec: RunSpec, signal: AbortSignal): Promise<void> {
    this.#runs.set(spec.id, await this.facet.start(spec, signal));
  }

  /** Asks the engine: another connection may have removed the run meanwhile. */
  async recover(id: string, signal: AbortSignal): Promise<boolean> {
    const found = await this.facet.recover(id, signal);
    if (found === undefined) this.#runs.delete(id);
    else if (!this.#runs.has(id)) this.#runs.set(id, found);
    return found !== undefined;
  }

  async find(id: string, signal: AbortSignal): Promise<Run | undefined> {
    const known = this.#runs.get(id);
    if (known !== undefined) return known;
    await this.recover(id, signal);
    return this.#runs.get(id);
  }

  async get(id: string, signal: AbortSignal): Promise<Run> {
    const run = await this.find(id, signal);
    if (run !== undefined) return run;
    throw new DriverError("not-found", `There is no run ${id}.`, {
      hint: "It may have been removed already.",
    });
  }

  async remove(id: string, signal: AbortSignal): Promise<void> {
    const run = await this.find(id, signal);
    await run?.remove(signal);
    await run?.[Symbol.asyncDispose]();
    this.#runs.delete(id);
  }
}

export function serveRuns(served: Served): Binding[] {
  const runs = new Runs(served);
  return [
    ...serveTerminals((id, signal) => runs.get(id, signal)),
    bind(runHandles, async ({ imageType }, { signal }) => ({
      handles: await runs.facet.handles(imageType, signal),
    })),
    bind(runStart, async (spec, { signal }) => {
      await runs.start(toSpec(spec), signal);
      return {};
    }),
    bind(runRecover, async ({ id }, { signal }) => ({
      found: await runs.recover(id, signal),
    })),
    bind(runEvents, async ({ id, cursor }, { signal, report }) => {
      const run = await runs.get(id, signal);
      for await (const event of run.events(cursor, signal)) await report(event);
      return {};
    }),
    bind(runOutcome, async ({ id }, { signal }) => (await runs.get(id, signal)).outcome(signal)),
    bind(runOutputs, async ({ id }, { signal, report }) => {
      const run = await runs.get(id, signal);
      for await (const piece of run.outputs(signal)) {
        for (const part of split(piece)) await report(part);
      }
      return {};
    }),
    bind(runObserve, async ({ id }, { signal }) => {
      const observed = await (await runs.get(id, signal)).observe?.(signal);
      if (observed === undefined) throw lacking("observe");
      return observed;
    }),
    bind(runStop, async ({ id, graceMs }, { signal }) => {
      await (await runs.get(id, signal)).stop({ graceMs, signal });
      return {};
    }),
    bind(runRemove, async ({ id }, { signal }) => {
      await runs.remove(id, signal);
      return {};
    }),
    bind(runEngineSocket, async (_params, { signal }) => {
      const { facet } = runs;
      if (facet.engineSocket === undefined) throw lacking("engine socket");
      return { path: await facet.engineSocket(signal) };
    }),
    bind(runSweep, async ({ owner, keep }, { signal }) => ({
      removed: [...(await runs.facet.sweep(owner, keep, signal))],
    })),
  ];
}

function toSpec(wire: z.output<typeof RunSpecWire>): RunSpec {
  const files = wire.files.map((file) => ({
    ...file,
    content: Buffer.from(file.content, "base64"),
  }));
  return { ...wire, image: wire.image, files };
}

function* split(piece: OutputPiece): Generator<z.input<typeof OutputPieceWire>> {
  const { path, mode, uid, gid, data } = piece;
  let from = 0;
  do {
    const to = Math.min(from + PIECE_BYTES, data.length);
    const text = Buffer.from(data.buffer, data.byteOffset + from, to - from).toString("base64");
    yield { path, mode, uid, gid, data: text, last: piece.last && to === data.length };
    from = to;
  } while (from < data.length);
}
