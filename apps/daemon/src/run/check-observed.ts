import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Run } from "@gantry/driver-api";
import type { ObservedRun } from "@gantry/reports";
import type { BuildRoom } from "../build/build-bundle.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { Fault } from "../fault.ts";
import { isLeaving } from "../operations/attempt.ts";
import type { OperationContext } from "../operations/operations.ts";
import type { ExpectedRun } from "../store/expected-run.ts";
import { differences } from "./expected.ts";

/** Milliseconds for the engine to show a run, and to take one away that is not what it should be. */
const OBSERVE_MS = 30_000;
const REMOVE_MS = 60_000;

interface Planned {
  readonly expected: ExpectedRun;
  readonly endpoint: Endpoint;
  readonly context: OperationContext;
}

/** Holds a started run against its plan; one that is something else is ended and removed at once. Throws `run-differs` with every difference. */
export async function checkObserved(
  { sweeper, store }: Pick<BuildRoom, "sweeper" | "store">,
  run: Run,
  { expected, endpoint, context }: Planned,
): Promise<void> {
  if (run.observe === undefined) return;
  try {
    const limit = AbortSignal.any([context.signal, AbortSignal.timeout(OBSERVE_MS)]);
    const seen = await run.observe(limit);
    const found = differences(await planned(expected), await shown(seen));
    if (found.length > 0) throw differs(endpoint, found);
  } catch (error) {
    // A daemon that leaves leaves this to the next one; a cancel is carried out as for every run.
    if (isLeaving(context.signal.reason)) throw context.signal.reason;
    if (context.signal.aborted) return;
    // Whatever cannot be taken away now is swept before the next run there.
    sweeper.sweepAgain(endpoint);
    await run.remove(AbortSignal.timeout(REMOVE_MS)).catch(() => undefined);
    store.operations.dropResume(context.id);
    throw error;
  }
}

/** With the real path of the socket: an engine may name it with the links on the way followed, or not. */
async function planned(expected: ExpectedRun): Promise<ExpectedRun> {
  const { engineSocket } = expected;
  if (typeof engineSocket === "boolean") return expected;
  const { path } = engineSocket;
  return { ...expected, engineSocket: { path: join(await real(dirname(path)), basename(path)) } };
}

async function shown(seen: ObservedRun): Promise<ObservedRun> {
  const { engineSocketSource: source } = seen;
  return source === undefined ? seen : { ...seen, engineSocketSource: await real(source) };
}

function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function differs({ name, driver }: Endpoint, found: readonly string[]): Fault {
  return new Fault(
    "run-differs",
    `The run that endpoint ${name} started is not the one of its plan: it ${found[0]}. It was stopped.`,
    {
      hint: `The driver ${driver} did not keep to what it was told, or somebody changed the container: do not trust the endpoint before you know which.`,
      details: found.length > 1 ? found.map((one) => `The run ${one}.`) : [],
    },
  );
}
