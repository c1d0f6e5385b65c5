import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BuildFacet,
  type Driver,
  DriverError,
  type Run,
  type RunFacet,
} from "@gantry/driver-api";
import type { ObservedRun } from "@gantry/reports";
import { Bench, buildTestImage, CASES } from "@gantry/driver-api/conformance";
import { describe, expect, test } from "vitest";
import { fakeDriver } from "./definition.ts";

/** Faults that a driver can have, and the case that must find each. */
const FAULTS: readonly {
  fault: string;
  found: string;
  readonly plant: (driver: Driver) => Driver;
}[] = [
  {
    fault: "every exit code is 0",
    found: "run.exit-codes",
    plant: withRun((run) => ({
      outcome: async (signal) => ({ ...(await run.outcome(signal)), exitCode: 0 }),
    })),
  },
  {
    fault: "cursors are ignored",
    found: "run.cursors",
    plant: withRun((run) => ({ events: (_cursor, signal) => run.events(undefined, signal) })),
  },
  {
    fault: "the first event after a cursor is lost",
    found: "run.recover",
    plant: withRun((run) => ({ events: (cursor, signal) => skipFirst(run, cursor, signal) })),
  },
  {
    fault: "events come when it is all over",
    found: "run.live-events",
    plant: withRun((run) => ({ events: (cursor, signal) => late(run, cursor, signal) })),
  },
  {
    fault: "outputs are lost",
    found: "run.outputs",
    plant: withRun(() => ({ async *outputs() {} })),
  },
  {
    fault: "stderr is taken for stdout",
    found: "run.streams",
    plant: withRun((run) => ({ events: (cursor, signal) => merged(run, cursor, signal) })),
  },
  {
    fault: "stop returns too soon",
    found: "run.stop-kill",
    plant: withRun(() => ({ stop: async () => {} })),
  },
  {
    fault: "remove does nothing",
    found: "run.remove-twice",
    plant: withRun(() => ({ remove: async () => {} })),
  },
  {
    fault: "runs are not found again",
    found: "run.recover",
    plant: withFacet(() => ({ recover: async () => undefined })),
  },
  {
    fault: "sweep removes what is to be kept",
    found: "run.sweep",
    plant: withFacet((facet) => ({
      sweep: (owner, _keep, signal) => facet.sweep(owner, [], signal),
    })),
  },
  {
    fault: "a second start replaces the run",
    found: "run.conflict",
    plant: withFacet((facet) => ({ start: (spec, signal) => replace(facet, spec, signal) })),
  },
  {
    fault: "any image can be run",
    found: "run.handles",
    plant: withFacet(() => ({ handles: async () => true })),
  },
  {
    fault: "the need has no name",
    found: "run.refuses-privileged",
    plant: withFacet((facet) => ({
      start: (spec, signal) => facet.start(spec, signal).catch(unnamed),
    })),
  },
  {
    fault: "a run is shown without the variables that it was given",
    found: "run.observe",
    plant: withRun((run) => ({ observe: (signal) => blind(run, signal) })),
  },
  {
    fault: "builds cannot be canceled",
    found: "build.canceled-before",
    plant: withBuild((build) => ({
      build: (request, work) =>
        build.build(request, { ...work, signal: new AbortController().signal }),
    })),
  },
  {
    fault: "every step claims to be cached",
    found: "build.changed-file",
    plant: withBuild((build) => ({
      build: async (request, work) => allCached(await build.build(request, work)),
    })),
  },
  {
    fault: "no step is told of",
    found: "build.steps",
    plant: withBuild((build) => ({
      build: (request, work) => build.build(request, { ...work, report: async () => {} }),
    })),
  },
];

describe("the conformance suite finds a driver in which", () => {
  test.each(FAULTS)("$fault", async ({ found, plant }) => {
    const reports = {
      sound: await reportOf(found, (driver) => driver),
      faulty: await reportOf(found, plant),
    };

    expect(reports.sound.verdict).toBe("passed");
    expect(reports.faulty.verdict).toBe("failed");
  });
});

async function reportOf(id: string, plant: (driver: Driver) => Driver) {
  const dir = await mkdtemp(join(tmpdir(), "gantry-suite-"));
  const context = { stateDir: join(dir, "state"), contentDir: join(dir, "content") };
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => rm(dir, { recursive: true, force: true }));
  const bench = cleanup.use(
    await Bench.open({
      name: "planted",
      connect: async () => plant(fakeDriver.create({}, context)),
      base: "fake/base",
      testImage: (driver, signal) => buildTestImage(driver, "fake/base", signal),
      command: (program) => ["fake", JSON.stringify(program)],
      timeoutMs: 4_000,
    }),
  );
  const one = CASES.find((each) => each.id === id);
  if (one === undefined) throw new TypeError(`there is no case ${id}`);
  return await bench.report(one);
}

function withFacet(change: (facet: RunFacet) => Partial<RunFacet>) {
  return (driver: Driver): Driver =>
    driver.run === undefined
      ? driver
      : { ...driver, run: { ...driver.run, ...change(driver.run) } };
}

function withBuild(change: (facet: BuildFacet) => Partial<BuildFacet>) {
  return (driver: Driver): Driver =>
    driver.build === undefined
      ? driver
      : { ...driver, build: { ...driver.build, ...change(driver.build) } };
}

function withRun(change: (run: Run) => Partial<Run>) {
  const changed = (run: Run): Run => ({
    id: run.id,
    events: (cursor, signal) => run.events(cursor, signal),
    outcome: (signal) => run.outcome(signal),
    outputs: (signal) => run.outputs(signal),
    ...(run.observe === undefined ? {} : { observe: run.observe.bind(run) }),
    stop: (options) => run.stop(options),
    remove: (signal) => run.remove(signal),
    [Symbol.asyncDispose]: () => run[Symbol.asyncDispose](),
    ...change(run),
  });
  return withFacet((facet) => ({
    start: async (spec, signal) => changed(await facet.start(spec, signal)),
    recover: async (id, signal) => {
      const run = await facet.recover(id, signal);
      return run === undefined ? undefined : changed(run);
    },
  }));
}

async function blind(run: Run, signal: AbortSignal): Promise<ObservedRun> {
  const seen = await run.observe?.(signal);
  if (seen === undefined) throw new TypeError("the run cannot be looked at");
  return { ...seen, environment: [] };
}

async function* skipFirst(run: Run, cursor: string | undefined, signal: AbortSignal) {
  let isFirst = cursor !== undefined;
  for await (const event of run.events(cursor, signal)) {
    if (!isFirst) yield event;
    isFirst = false;
  }
}

async function* late(run: Run, cursor: string | undefined, signal: AbortSignal) {
  await run.outcome(signal);
  yield* run.events(cursor, signal);
}

async function replace(facet: RunFacet, ...[spec, signal]: Parameters<RunFacet["start"]>) {
  const earlier = await facet.recover(spec.id, signal);
  await earlier?.remove(signal);
  return facet.start(spec, signal);
}

async function* merged(run: Run, cursor: string | undefined, signal: AbortSignal) {
  for await (const { cursor: at, event } of run.events(cursor, signal)) {
    yield {
      cursor: at,
      event: event.kind === "log" ? { ...event, stream: "stdout" as const } : event,
    };
  }
}

function unnamed(error: unknown): never {
  if (!(error instanceof DriverError)) throw error;
  throw new DriverError(error.code, error.message, { hint: error.hint });
}

function allCached(result: Awaited<ReturnType<BuildFacet["build"]>>) {
  return { ...result, steps: result.steps.map(({ title }) => ({ title, cached: true })) };
}
