import { z } from "zod";
import { describeAction } from "../bundle/actions.ts";
import { Bundle } from "../bundle/schema.ts";
import type { JsonValue } from "../json/json-value.ts";
import { checkInstallationName } from "./installation-name.ts";
import { newId } from "./id.ts";
import { Created, Json, Ulid } from "./wire.ts";

/** The record of one action, made before it starts and never changed (CNAB Claims 1.0, section 400). */
export const Claim = z.looseObject({
  schemaVersion: z.string().optional(),
  id: Ulid,
  installation: z.string().min(1),
  revision: Ulid,
  created: Created,
  action: z.string().min(1),
  bundle: Bundle,
  bundleReference: z.string().optional(),
  parameters: z.record(z.string(), Json).optional(),
  custom: z.unknown().optional(),
});
export type Claim = Readonly<z.infer<typeof Claim>>;

/** What a claim is made of. Credentials have no place in it. */
export interface NewClaim {
  readonly bundle: Bundle;
  readonly action: string;
  readonly installation: string;
  /** `values` of `resolveParameters`, sensitive ones too: store a claim as carefully as a secret. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** The last claim of the same installation. */
  readonly previous?: Claim | undefined;
  readonly bundleReference?: string | undefined;
  /** Added to the reference when that has none. */
  readonly bundleDigest?: string | undefined;
  readonly now?: Date | undefined;
}

/**
 * A claim for the action about to run: a new id that sorts behind the previous one, and a new revision if the action
 * modifies. Throws an `InputError` for an unknown action or an impossible installation name.
 */
export function newClaim(request: NewClaim): Claim {
  const { bundle, action, installation, previous, now = new Date() } = request;
  checkInstallationName(installation);
  const { modifies } = describeAction(bundle, action);
  const id = newId({ now, after: previous?.id });
  const revision =
    modifies || previous === undefined
      ? newId({ now, after: previous?.revision })
      : previous.revision;
  const reference = digested(request);
  return {
    schemaVersion: "1.0.0",
    id,
    installation,
    revision,
    created: now.toISOString(),
    action,
    bundle,
    ...(reference === undefined ? {} : { bundleReference: reference }),
    parameters: structuredClone(request.parameters),
    ...(previous?.custom === undefined ? {} : { custom: previous.custom }),
  };
}

function digested({ bundleReference, bundleDigest }: NewClaim): string | undefined {
  if (bundleReference === undefined || bundleDigest === undefined) return bundleReference;
  return bundleReference.includes("@") ? bundleReference : `${bundleReference}@${bundleDigest}`;
}
