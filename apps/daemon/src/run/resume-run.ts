import type { Bundle } from "@gantry/cnab";
import type { Run } from "@gantry/driver-api";
import type { Operation } from "@gantry/protocol";
import type { BuildRoom } from "../build/build-bundle.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { Fault } from "../fault.ts";
import { Interrupted, isLeaving, orGiveUp } from "../operations/attempt.ts";
import type { OperationContext } from "../operations/operations.ts";
import type { ClaimRow } from "../store/claims.ts";
import type { Resume } from "../store/operations.ts";
import { checkObserved } from "./check-observed.ts";
import { closeClaim, isClosed } from "./close-claim.ts";
import { concludeRun } from "./conclude-run.ts";
import { brokeredAccess, openAccess } from "./engine-access.ts";
import { sensitiveTexts } from "./inputs.ts";

/** Takes up an operation that an earlier daemon left: a run that still exists is followed to its end, anything else is closed. */
export async function resumeOperation(
  room: BuildRoom,
  operation: Operation,
  context: OperationContext,
): Promise<void> {
  const resume = room.store.operations.resume(operation.id);
  if (resume === undefined) throw new Interrupted(operation.kind);
  const claim = resume.claimId === undefined ? undefined : room.store.claims.find(resume.claimId);
  const found = { ...resume, claim, context, kind: operation.kind };
  try {
    await orGiveUp(context, takeUp(room, found));
  } catch (error) {
    if (!isLeaving(context.signal.reason)) await closeClaim(room.store, claim, error);
    throw error;
  }
}

interface Found extends Resume {
  readonly claim: ClaimRow | undefined;
  readonly context: OperationContext;
  readonly kind: string;
}

async function takeUp(room: BuildRoom, found: Found): Promise<void> {
  const { claim, context } = found;
  const endpoint = await findEndpoint(room, found);
  await using run = await recover(room, endpoint, found);
  const { expected } = found;
  if (expected !== undefined) await checkObserved(room, run, { expected, endpoint, context });
  await using _access = await reopenAccess(room, endpoint, found);
  const secrets = await secretsOf(room, found);
  const bundle = claim?.bundle ?? NO_BUNDLE;
  await concludeRun(room, { ...found, run, endpoint, bundle, secrets });
}

/** What is to be masked from now on; says so when that is not all of it. */
async function secretsOf(
  { store }: BuildRoom,
  { context, claim }: Found,
): Promise<readonly string[]> {
  const text = "The daemon was started anew; it goes on following the run.";
  const kept = store.operations.resumeSecrets(context.id);
  if (kept !== undefined) {
    await context.report("run", { kind: "notice", level: "info", text });
    return kept;
  }
  const unmasked = `${text} Credentials are not known any more and cannot be masked.`;
  await context.report("run", { kind: "notice", level: "warning", text: unmasked });
  return claim === undefined ? [] : sensitiveTexts(claim.bundle, claim.parameters);
}

/** Makes the socket anew that the run had from the earlier daemon. Without it, the run can still be followed. */
async function reopenAccess(
  room: BuildRoom,
  { instance }: Endpoint,
  { brokeredFor: owner, runId, context }: Found,
): Promise<AsyncDisposable> {
  const facet = instance.run;
  const none = { [Symbol.asyncDispose]: async () => undefined };
  if (owner === undefined || facet === undefined) return none;
  const access = brokeredAccess(room.home, runId);
  const isLeft = (): boolean => isLeaving(context.signal.reason);
  try {
    return await openAccess(room, { facet, access, owner, isLeft, signal: context.signal });
  } catch (error) {
    const text = `The run has lost its access to the engine: ${error instanceof Error ? error.message : "it could not be opened again"}`;
    await context.report("run", { kind: "notice", level: "warning", text });
    return none;
  }
}

/** The endpoint that an operation uses, made again as it was. */
export function findEndpoint(room: BuildRoom, resume: Resume): Promise<Endpoint> {
  if (resume.origin === "configured" || resume.origin === "installed") {
    return room.endpoints.get(resume.endpoint, resume.environment);
  }
  return room.endpoints.withOptions({
    name: resume.endpoint,
    driver: resume.driver,
    options: resume.options,
    origin: resume.origin,
  });
}

async function recover(
  { store }: BuildRoom,
  { instance }: Endpoint,
  { runId, claim, kind, context }: Found,
): Promise<Run> {
  const run = await instance.run?.recover(runId, context.signal);
  if (run !== undefined) return run;
  // The daemon ended after all was recorded, or while a start was taken back.
  if (claim !== undefined && isClosed(store, claim)) throw new Interrupted(kind);
  throw new Fault(
    "run-lost",
    "The daemon ended in the middle of the run, and the engine does not know the run any more.",
    {
      hint: "Look at what it deployed, then install, upgrade or uninstall again.",
    },
  );
}

/** A run without a record owes nobody an output. */
const NO_BUNDLE: Bundle = {
  schemaVersion: "1.2.0",
  name: "unknown",
  version: "0.0.0",
  invocationImages: [],
};
