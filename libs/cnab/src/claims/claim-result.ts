import { z } from "zod";
import type { SettledOutput } from "../run/outputs.ts";
import type { Claim } from "./claim.ts";
import { newId } from "./id.ts";
import { Created, Ulid } from "./wire.ts";

const STATUSES = ["canceled", "failed", "pending", "running", "succeeded", "unknown"] as const;

/** How an action stands. `cancelled`, which older tools wrote, is read as `canceled`. */
export const ClaimStatus = z.preprocess(
  (status) => (status === "cancelled" ? "canceled" : status),
  z.enum(STATUSES),
);
export type ClaimStatus = z.infer<typeof ClaimStatus>;

/** How one claim's action stood at one moment; never changed, the latest of a claim counts (section 400). */
export const ClaimResult = z.looseObject({
  id: Ulid,
  claimId: Ulid,
  created: Created,
  status: ClaimStatus,
  message: z.string().optional(),
  outputs: z.record(z.string(), z.looseObject({ contentDigest: z.string().optional() })).optional(),
  custom: z.unknown().optional(),
});
export type ClaimResult = Readonly<z.infer<typeof ClaimResult>>;

/** What a result is made of. */
export interface NewResult {
  readonly claim: Pick<Claim, "id">;
  readonly status: ClaimStatus;
  readonly message?: string | undefined;
  /** Of these only the metadata is recorded; their content is stored elsewhere. */
  readonly outputs?: readonly SettledOutput[] | undefined;
  /** The result of the same claim before this one. */
  readonly previous?: Pick<ClaimResult, "id"> | undefined;
  readonly now?: Date | undefined;
}

/** A result of the claim, behind its id and behind its previous result. */
export function newResult(request: NewResult): ClaimResult {
  const { claim, status, message, outputs = [], previous, now = new Date() } = request;
  return {
    id: newId({ now, after: previous?.id ?? claim.id }),
    claimId: claim.id,
    created: now.toISOString(),
    status,
    ...(message === undefined ? {} : { message }),
    ...(outputs.length === 0
      ? {}
      : {
          outputs: Object.fromEntries(outputs.map(({ name, metadata }) => [name, { ...metadata }])),
        }),
  };
}

/** Whether nothing will follow: `pending` and `running` still owe a final result. */
export function isFinal(status: ClaimStatus): boolean {
  return status !== "pending" && status !== "running";
}
