import { type ClaimStatus, newResult } from "@gantry/cnab";
import { setTimeout as delay } from "node:timers/promises";
import type { ClaimRow } from "../store/claims.ts";
import type { Store } from "../store/store.ts";
import { toFailure } from "../to-failure.ts";

/** After these nobody can tell how the action ended, or whether it has ended. */
const UNKNOWN: readonly string[] = [
  "driver-lost",
  "driver-quarantined",
  "engine-lost",
  "protocol",
  "run-lost",
  "timeout",
];

/** Milliseconds between tries to write while a disk is full. */
const TRIES_MS = [0, 100, 1_000] as const;

/** Gives a claim its final result because of `error`, unless it has one. A disk that stays full leaves that to the next run. */
export async function closeClaim(
  store: Store,
  claim: ClaimRow | undefined,
  error: unknown,
): Promise<void> {
  if (claim === undefined) return;
  const failure = toFailure(error);
  const message = failure?.message ?? "Something went wrong inside gantryd.";
  for (const waitMs of TRIES_MS) {
    await delay(waitMs);
    try {
      writeResult(store, claim, { status: statusFor(failure?.code), message });
      return;
    } catch {
      // The disk is full: whoever works on the installation next closes the claim.
    }
  }
}

function statusFor(code: string | undefined): ClaimStatus {
  if (code === "canceled") return "canceled";
  return code !== undefined && UNKNOWN.includes(code) ? "unknown" : "failed";
}

function writeResult(
  store: Store,
  claim: Pick<ClaimRow, "id">,
  { status, message }: { readonly status: ClaimStatus; readonly message: string },
): void {
  const previous = store.claims.results(claim.id).at(-1);
  if (isFinal(previous?.status)) return;
  store.claims.addResult(newResult({ claim, status, message, previous }));
}

/** Whether a claim has its final result. */
export function isClosed(store: Store, claim: Pick<ClaimRow, "id">): boolean {
  return isFinal(store.claims.results(claim.id).at(-1)?.status);
}

function isFinal(status: ClaimStatus | undefined): boolean {
  return status !== undefined && status !== "running" && status !== "pending";
}

/** Closes the claims that a crash or a full disk left open (CNAB Claims 400: pending and running are to be resolved). */
export function closeAbandoned(store: Store, claims: readonly Pick<ClaimRow, "id">[]): void {
  const message =
    "The daemon ended in the middle of the action, or its result could not be stored.";
  for (const claim of claims) writeResult(store, claim, { status: "unknown", message });
}
