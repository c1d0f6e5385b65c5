import type { OutputPiece, Run, RunEvent, RunFacet, RunSpec } from "@gantry/driver-api";
import { runNeeds } from "@gantry/driver-api";
import type { Image, ObservedRun, RunOutcome } from "@gantry/reports";
import { canceled, imageNotFound, runGone, unsupported } from "../errors.ts";
import type { FakeOptions } from "../options.ts";
import { enter, pause } from "../pace.ts";
import { type RunRecord, RunRecords } from "./run-record.ts";
import { type ImageStore, nameOf } from "../images/image-store.ts";
import { scriptFor } from "../script/script-for.ts";
import { type Timeline, timelineOf } from "../script/timeline.ts";

/** How often a reader looks whether the run was stopped meanwhile. */
const LOOK_MS = 20;

/** The run facet: plays scripts. A run is a record on disk, so it goes on while no process looks at it. */
export function fakeRuns(options: FakeOptions, stateDir: string, images: ImageStore): RunFacet {
  const records = new RunRecords(stateDir);
  const features = options.runFeatures;
  return {
    capabilities: { platforms: [options.platform], features },
    handles: async (imageType) => options.imageTypes.includes(imageType),
    async start(spec, signal) {
      const need = runNeeds(spec).find((each) => !features.includes(each));
      if (need !== undefined) throw unsupported(need);
      await enter("start", options, signal);
      await records.add(await toRecord(spec, options, images));
      if (!signal.aborted) return new FakeRun(spec.id, records, options);
      await records.remove(spec.id);
      throw canceled();
    },
    recover: async (id) =>
      (await records.find(id)) === undefined ? undefined : new FakeRun(id, records, options),
    async sweep(owner, keep) {
      const all = await records.all();
      const gone = all.filter((each) => each.owner === owner && !keep.includes(each.id));
      await Promise.all(gone.map(({ id }) => records.remove(id)));
      return gone.map(({ id }) => id);
    },
  };
}

async function toRecord(
  spec: RunSpec,
  options: FakeOptions,
  images: ImageStore,
): Promise<RunRecord> {
  const image = await images.find(spec.image);
  const isPretended = spec.image.reference?.startsWith("fake/") === true;
  if (image === undefined && !isPretended) throw imageNotFound(nameOf(spec.image));
  const script = scriptFor(spec, image, options);
  const observed = { ...toObserved(spec, image), ...options.observed };
  return { id: spec.id, owner: spec.owner, script, observed, startedAt: Date.now() };
}

/** What a run is that keeps to its spec. */
function toObserved(spec: RunSpec, image: Image | undefined): ObservedRun {
  return {
    ...(image === undefined ? {} : { imageId: image.id, user: image.user }),
    privileged: spec.privileged,
    capabilities: [...spec.capabilities],
    networks: [spec.network],
    mounts: spec.mounts.map((mount) => ({ ...mount })),
    engineSocket: spec.engineSocket !== false,
    ...(typeof spec.engineSocket === "object"
      ? { engineSocketSource: spec.engineSocket.path }
      : {}),
    environment: spec.environment.map(({ name }) => name),
  };
}

class FakeRun implements Run {
  readonly id: string;
  readonly #records: RunRecords;
  readonly #options: FakeOptions;

  constructor(id: string, records: RunRecords, options: FakeOptions) {
    this.id = id;
    this.#records = records;
    this.#options = options;
  }

  async *events(cursor: string | undefined, signal: AbortSignal): AsyncGenerator<RunEvent> {
    let next = cursor === undefined ? 0 : Number(cursor) + 1;
    while (true) {
      if (signal.aborted) throw canceled();
      const { timeline, ranMs } = await this.#look();
      for (const due of timeline.events.slice(next).filter(({ at }) => at <= ranMs)) {
        yield { cursor: String(next), event: due.thing };
        next += 1;
      }
      if (ranMs >= timeline.endAt && next >= timeline.events.length) return;
      await pause(waitMs(timeline, ranMs, next), signal);
    }
  }

  async outcome(signal: AbortSignal): Promise<RunOutcome> {
    while (true) {
      if (signal.aborted) throw canceled();
      const { timeline, ranMs } = await this.#look();
      if (ranMs >= timeline.endAt) return timeline.outcome;
      await pause(Math.min(LOOK_MS, timeline.endAt - ranMs + 1), signal);
    }
  }

  async *outputs(): AsyncGenerator<OutputPiece> {
    const { timeline, ranMs } = await this.#look();
    const written = timeline.outputs.filter(({ at }) => at <= ranMs).map(({ thing }) => thing);
    const byPath = new Map(written.map(({ path, text }) => [path, text]));
    for (const path of [...byPath.keys()].toSorted()) {
      const data = Buffer.from(byPath.get(path) ?? "");
      yield { path, mode: 0o644, uid: 0, gid: 0, data, last: true };
    }
  }

  async observe(signal: AbortSignal): Promise<ObservedRun> {
    await enter("observe", this.#options, signal);
    const { record } = await this.#look();
    if (record === undefined) throw runGone(this.id);
    return record.observed;
  }

  async stop({
    graceMs,
    signal,
  }: {
    readonly graceMs: number;
    readonly signal: AbortSignal;
  }): Promise<void> {
    const { record, timeline, ranMs } = await this.#look();
    if (record === undefined || ranMs >= timeline.endAt) return;
    const killAt = ranMs + graceMs;
    await this.#records.change({
      ...record,
      termAt: record.termAt ?? ranMs,
      killAt: Math.min(record.killAt ?? killAt, killAt),
    });
    await this.outcome(signal);
  }

  async remove(): Promise<void> {
    await this.#records.remove(this.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open.
  }

  async #look(): Promise<{ record: RunRecord | undefined; timeline: Timeline; ranMs: number }> {
    const record = await this.#records.find(this.id);
    if (record === undefined) return { record, timeline: REMOVED, ranMs: 0 };
    return {
      record,
      timeline: timelineOf(record.script, record),
      ranMs: Date.now() - record.startedAt,
    };
  }
}

/** What a run looks like that was removed while somebody watched it. */
const REMOVED: Timeline = {
  events: [],
  outputs: [],
  endAt: 0,
  outcome: { kind: "lost", reason: "The run was removed." },
};

function waitMs({ events, endAt }: Timeline, ranMs: number, next: number): number {
  const due = Math.min(events[next]?.at ?? endAt, endAt);
  return Math.max(1, Math.min(LOOK_MS, due - ranMs + 1));
}
