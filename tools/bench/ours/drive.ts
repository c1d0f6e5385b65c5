import { newId } from "@gantry/cnab";
import type { RunFacet, RunSpec } from "@gantry/driver-api";
import { MeasureError } from "../errors.ts";

/** Carries out a run to its end as the daemon does: start, read everything, outcome, outputs, remove. */
export async function carryOut(facet: RunFacet, spec: RunSpec, signal: AbortSignal): Promise<void> {
  await using run = await facet.start({ ...spec, id: newId({}) }, signal);
  let said = "";
  for await (const { event } of run.events(undefined, signal)) said += event.text;
  const outcome = await run.outcome(signal);
  for await (const piece of run.outputs(signal)) said += piece.path;
  await run.remove(signal);
  if (outcome.kind === "exited" && outcome.exitCode === 0) return;
  throw new MeasureError(`A run ended with ${JSON.stringify(outcome)}: ${said}`, { hint: "" });
}
