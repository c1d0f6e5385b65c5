import {
  type Bundle,
  type ClaimStatus,
  newResult,
  settleOutputs,
  type SettledOutput,
} from "@gantry/cnab";
import type { Run } from "@gantry/driver-api";
import type { FinishedRun, OutputValue } from "@gantry/protocol";
import type { RunOutcome } from "@gantry/reports";
import { Fault } from "../fault.ts";
import type { ClaimRow } from "../store/claims.ts";
import type { Store } from "../store/store.ts";
import { collectOutputs } from "./collect-outputs.ts";
import type { Followed } from "./follow-run.ts";

/** Text up to which an output's value is shown in lists. */
const SHOWN_BYTES = 64 * 1024;

export interface FinishRequest {
  readonly run: Run;
  readonly followed: Followed;
  readonly bundle: Bundle;
  readonly action: string;
  /** Absent for a run that leaves no record. */
  readonly claim: ClaimRow | undefined;
  readonly endpoint: string;
  readonly store: Store;
  readonly signal: AbortSignal;
}

/** Gathers what the run left, records it, and says how the action ended: `fault` is absent when it succeeded. */
export async function finishRun(
  request: FinishRequest,
): Promise<{ finished: FinishedRun; fault: Fault | undefined }> {
  const { run, followed, bundle, action, claim, endpoint } = request;
  const collected = await collectOutputs(run, { bundle, action, signal: request.signal });
  const succeeded = followed.outcome.kind === "exited" && followed.outcome.exitCode === 0;
  const settled = settleOutputs({ bundle, action, collected });
  const outputs = settled.outputs.filter(({ from }) => succeeded || from === "run");
  const problems = succeeded ? settled.problems.map(({ message }) => message) : [];
  const fault = faultOf(followed, { action, problems });
  if (claim !== undefined) record(request, { claim, outputs, fault });
  const exitCode =
    followed.outcome.kind === "exited" ? { exitCode: followed.outcome.exitCode } : {};
  const values = outputs
    .filter(({ name }) => !isInternal(bundle, name))
    .map((output) => toValue(bundle, output));
  return {
    finished: {
      runId: run.id,
      endpoint,
      ...exitCode,
      outputs: values,
      recorded: claim !== undefined,
    },
    fault,
  };
}

function record(
  { store, followed }: FinishRequest,
  made: {
    readonly claim: ClaimRow;
    readonly outputs: readonly SettledOutput[];
    readonly fault: Fault | undefined;
  },
): void {
  const { claim, outputs, fault } = made;
  const previous = store.claims.results(claim.id).at(-1);
  const result = newResult({
    claim,
    status: statusOf(followed, fault),
    message: fault?.message,
    outputs,
    previous,
  });
  store.transaction(() => {
    for (const { name, content, sensitive } of outputs) {
      store.outputs.put({ claimId: claim.id, name, sensitive, size: content.length }, content);
    }
    store.claims.addResult(result);
    store.installations.touch(claim.installationId);
  });
}

function statusOf({ outcome, canceled }: Followed, fault: Fault | undefined): ClaimStatus {
  if (canceled) return "canceled";
  if (outcome.kind === "lost") return "unknown";
  return fault === undefined ? "succeeded" : "failed";
}

function faultOf(
  { outcome, canceled }: Followed,
  { action, problems }: { readonly action: string; readonly problems: readonly string[] },
): Fault | undefined {
  if (canceled)
    return new Fault("canceled", `The ${action} was cancelled.`, {
      hint: "Run it again, or undo what it began with uninstall.",
    });
  if (outcome.kind === "lost") return lostFault(outcome, action);
  if (outcome.outOfMemory) return failedFault(`The ${action} ran out of memory.`);
  if (outcome.exitCode !== 0)
    return failedFault(`The ${action} failed with exit code ${outcome.exitCode}.`);
  const [first] = problems;
  if (first === undefined) return undefined;
  return new Fault(
    "output-missing",
    `The ${action} ended, but its outputs are not as declared: ${first}`,
    {
      hint: "Let the action write the output, or give it a default.",
      details: problems.length > 1 ? problems : [],
    },
  );
}

function failedFault(message: string): Fault {
  return new Fault("action-failed", message, { hint: "See what it printed: `gantry logs`." });
}

function lostFault(outcome: Extract<RunOutcome, { kind: "lost" }>, action: string): Fault {
  return new Fault("run-lost", `Nobody can tell how the ${action} ended: ${outcome.reason}`, {
    hint: "Look at what it deployed, then install, upgrade or uninstall again.",
  });
}

/** Porter's own outputs, such as its state, are kept but not shown. */
export function isInternal(bundle: Bundle, name: string): boolean {
  const definition = bundle.definitions?.[bundle.outputs?.[name]?.definition ?? ""];
  return typeof definition === "object" && definition["$comment"] === "porter-internal";
}

/** The type by which an output is shown. */
export function typeOf(bundle: Bundle, name: string): string {
  const definition = bundle.definitions?.[bundle.outputs?.[name]?.definition ?? ""];
  if (typeof definition !== "object") return "unknown";
  if (definition["contentEncoding"] === "base64") return "file";
  const type = definition["type"];
  return typeof type === "string" ? type : "unknown";
}

function toValue(bundle: Bundle, { name, content, sensitive }: SettledOutput): OutputValue {
  const type = typeOf(bundle, name);
  const value = sensitive ? undefined : readableText(content);
  return { name, type, sensitive, size: content.length, ...(value === undefined ? {} : { value }) };
}

/** Text that may be shown in a list; `undefined` when it is too long or no UTF-8. */
export function readableText(content: Uint8Array): string | undefined {
  if (content.length > SHOWN_BYTES) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}
