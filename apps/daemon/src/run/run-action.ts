import type { Bundle } from "@gantry/cnab";
import type { Run } from "@gantry/driver-api";
import type { BuildRoom } from "../build/build-bundle.ts";
import { Fault } from "../fault.ts";
import { isLeaving, orGiveUp } from "../operations/attempt.ts";
import type { OperationContext } from "../operations/operations.ts";
import type { ClaimRow } from "../store/claims.ts";
import type { Resume } from "../store/operations.ts";
import { checkObserved } from "./check-observed.ts";
import { closeClaim } from "./close-claim.ts";
import { concludeRun } from "./conclude-run.ts";
import { openAccess } from "./engine-access.ts";
import { expectedOf } from "./expected.ts";
import { type PreparedRun, prepareRun } from "./prepare-run.ts";
import { recordClaim } from "./record-claim.ts";
import type { SettleWork } from "./settle-run.ts";

export interface RunWork extends SettleWork {
  readonly context: OperationContext;
  readonly onBundle: (bundle: Bundle) => void;
}

/** Carries out one action of a bundle, from its source to its recorded result. Throws what made it fail. */
export async function runAction(room: BuildRoom, work: RunWork): Promise<void> {
  const { context } = work;
  const prepared = await orGiveUp(context, prepareRun(room, work));
  const claim = recordClaim(room.store, prepared.settled, context);
  try {
    await orGiveUp(context, carryOut(room, work, { ...prepared, claim }));
  } catch (error) {
    // One that goes on without us is closed by the next daemon.
    if (room.store.operations.resume(context.id) === undefined || !isLeaving(context.signal.reason))
      await closeClaim(room.store, claim, error);
    throw error;
  }
}

interface Recorded extends PreparedRun {
  readonly claim: ClaimRow | undefined;
}

async function carryOut(room: BuildRoom, work: RunWork, recorded: Recorded): Promise<void> {
  const { settled, claim, spec, image } = recorded;
  const { endpoint } = settled.choice;
  await using _access = await openAccess(room, {
    facet: endpoint.instance.run,
    access: spec.engineSocket,
    owner: { namespace: work.options.namespace, installation: work.name },
    isLeft: () => isLeaving(work.context.signal.reason),
    signal: work.context.signal,
  });
  await using run = await startRun(room, work, recorded);
  const expected = expectedOf(spec, image?.user);
  await checkObserved(room, run, { expected, endpoint, context: work.context });
  await concludeRun(room, {
    run,
    endpoint,
    passedOver: settled.choice.passedOver,
    bundle: settled.toRun.bundle,
    action: settled.action.name,
    claim,
    context: work.context,
    secrets: settled.inputs.secrets,
    graceSeconds: work.options.graceSeconds,
    keepLogs: work.options.logs,
  });
}

async function startRun(
  room: BuildRoom,
  work: RunWork,
  { settled, claim, spec, image }: Recorded,
): Promise<Run> {
  const { options, context } = work;
  const { endpoint } = settled.choice;
  const facet = endpoint.instance.run;
  if (facet === undefined)
    throw new Fault("unsupported", `Endpoint ${endpoint.name} cannot run.`, {
      hint: "Choose another one.",
    });
  const resume: Resume = {
    endpoint: endpoint.name,
    driver: endpoint.driver,
    origin: endpoint.origin,
    ...(endpoint.origin === "configured" || endpoint.origin === "installed"
      ? { options: {}, environment: { ...work.environment } }
      : { options: { ...endpoint.options }, environment: {} }),
    runId: spec.id,
    expected: expectedOf(spec, image?.user),
    ...(claim === undefined ? {} : { claimId: claim.id }),
    action: settled.action.name,
    graceSeconds: options.graceSeconds,
    keepLogs: options.logs,
    ...(typeof spec.engineSocket === "object"
      ? { brokeredFor: { namespace: options.namespace, installation: work.name } }
      : {}),
  };
  room.store.operations.keepResume(context.id, resume, settled.inputs.secrets);
  try {
    return await facet.start(spec, context.signal);
  } catch (error) {
    // Nothing was left behind, so there is nothing to take up again.
    room.store.operations.dropResume(context.id);
    // So its contract says; one that hangs or dies does not keep to it.
    room.sweeper.sweepAgain(endpoint);
    throw error;
  }
}
