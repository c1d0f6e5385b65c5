import type { Bundle } from "@gantry/cnab";
import { DriverError, type Run } from "@gantry/driver-api";
import type { PassedOver } from "@gantry/protocol";
import type { BuildRoom } from "../build/build-bundle.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { Fault } from "../fault.ts";
import { isLeaving } from "../operations/attempt.ts";
import type { OperationContext } from "../operations/operations.ts";
import type { ClaimRow } from "../store/claims.ts";
import { closeClaim } from "./close-claim.ts";
import { finishRun } from "./finish-run.ts";
import { type Followed, followRun } from "./follow-run.ts";

/** Milliseconds for reading the outputs, and for removing the run. */
const COLLECT_MS = 600_000;
const REMOVE_MS = 60_000;

export interface Conclusion {
  readonly run: Run;
  readonly endpoint: Endpoint;
  /** Endpoints that were not chosen; unknown for a run that an earlier daemon started. */
  readonly passedOver?: readonly PassedOver[];
  readonly bundle: Bundle;
  readonly action: string;
  /** Absent for a run that leaves no record. */
  readonly claim: ClaimRow | undefined;
  readonly context: OperationContext;
  /** Never to be shown. */
  readonly secrets: readonly string[];
  readonly graceSeconds: number;
  readonly keepLogs: boolean;
}

type Room = Pick<BuildRoom, "store" | "sweeper">;

/** Follows a run to its end, records what it left and removes it. Throws what made the action fail; the claim is closed then too. */
export async function concludeRun(room: Room, conclusion: Conclusion): Promise<void> {
  const { context, claim, run, endpoint } = conclusion;
  if (!conclusion.keepLogs) context.dropLog();
  try {
    const followed = await followRun(run, conclusion);
    const { finished, fault } = await finish(room, conclusion, followed);
    const { passedOver } = conclusion;
    context.made.run =
      passedOver === undefined ? finished : { ...finished, passedOver: [...passedOver] };
    await removeRun(room, conclusion);
    if (fault !== undefined) throw fault;
  } catch (error) {
    if (isLeaving(error) || isLeaving(context.signal.reason)) throw error;
    await closeClaim(room.store, claim, error);
    if (context.made.run === undefined) await abandonRun(room, { run, endpoint, error });
    throw error;
  }
}

function finish({ store }: Room, conclusion: Conclusion, followed: Followed) {
  const { endpoint, ...rest } = conclusion;
  const signal = AbortSignal.timeout(COLLECT_MS);
  return finishRun({ ...rest, followed, endpoint: endpoint.name, store, signal });
}

/** The action is over and recorded: a container that will not go is swept later. */
async function removeRun({ sweeper }: Room, { run, endpoint, context }: Conclusion): Promise<void> {
  try {
    await run.remove(AbortSignal.timeout(REMOVE_MS));
  } catch (error) {
    if (!(error instanceof DriverError || error instanceof Fault)) throw error;
    sweeper.sweepAgain(endpoint);
    const text = `What the run left in ${endpoint.name} could not be removed: ${error.message}`;
    await context.report("finish", { kind: "notice", level: "warning", text, hint: error.hint });
  }
}

/** A run that we cannot follow must not go on unwatched. One that is out of reach is swept once it is back. */
async function abandonRun(
  { sweeper }: Room,
  { run, endpoint, error }: { run: Run; endpoint: Endpoint; error: unknown },
): Promise<void> {
  sweeper.sweepAgain(endpoint);
  if (error instanceof DriverError && ["driver-lost", "engine-lost"].includes(error.code)) return;
  // The error that made us stop is the one to tell.
  await run.remove(AbortSignal.timeout(REMOVE_MS)).catch(() => undefined);
}
