import type { Claim } from "./claim.ts";
import { type ClaimResult, type ClaimStatus, isFinal } from "./claim-result.ts";

/** What the records of one installation say about it. */
export interface InstallationState {
  readonly name: string;
  /** Of the last claim's last result; `unknown` when it has none. */
  readonly status: ClaimStatus;
  /** An install or upgrade succeeded, and no uninstall since. */
  readonly isInstalled: boolean;
  /** The last claim has not ended. */
  readonly isBusy: boolean;
  readonly revision: string;
  readonly claim: Claim;
  readonly result?: ClaimResult;
  /** When it was first installed, if ever. */
  readonly installed?: string;
}

/** Derives an installation's state from its claims and their results, in any order; `undefined` without a claim. */
export function installationState(
  claims: readonly Claim[],
  results: readonly ClaimResult[],
): InstallationState | undefined {
  const sorted = claims.toSorted(byId);
  const claim = sorted.at(-1);
  if (claim === undefined) return undefined;
  const last = (of: Claim) =>
    results
      .filter(({ claimId }) => claimId === of.id)
      .toSorted(byId)
      .at(-1);
  const result = last(claim);
  const status = result?.status ?? "unknown";
  const succeeded = sorted.filter((one) => last(one)?.status === "succeeded");
  const decisive = succeeded.findLast(({ action }) => LIFECYCLE.includes(action));
  const first = succeeded.find(({ action }) => action === "install");
  return {
    name: claim.installation,
    status,
    isInstalled: decisive !== undefined && decisive.action !== "uninstall",
    isBusy: !isFinal(status),
    revision: claim.revision,
    claim,
    ...(result === undefined ? {} : { result }),
    ...(first === undefined ? {} : { installed: first.created }),
  };
}

const LIFECYCLE: readonly string[] = ["install", "upgrade", "uninstall"];

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
