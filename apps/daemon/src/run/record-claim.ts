import { newResult } from "@gantry/cnab";
import type { OperationContext } from "../operations/operations.ts";
import { factsOf } from "../plan/facts.ts";
import type { ClaimRow } from "../store/claims.ts";
import type { Store } from "../store/store.ts";
import type { SettledRun } from "./settle-run.ts";

/** Records an action before it starts (CNAB Claims 400): the installation with its grants, its claim and a first result, or nothing of them. */
export function recordClaim(
  store: Store,
  settled: SettledRun,
  context: OperationContext,
): ClaimRow | undefined {
  const { claim, toRun, inputs, options, name, powers } = settled;
  if (claim === undefined) return undefined;
  return store.transaction(() => {
    const { namespace, labels } = options;
    const installation = store.installations.ensure({
      id: settled.installationId,
      namespace,
      name,
      labels,
    });
    store.grants.replace(installation.id, powers.granted);
    store.grants.approve(installation.id, factsOf(settled));
    const row: ClaimRow = {
      ...toRun,
      id: claim.id,
      installationId: installation.id,
      installation: name,
      action: claim.action,
      revision: claim.revision,
      created: claim.created,
      bundleReference: claim.bundleReference ?? toRun.reference,
      endpoint: settled.choice.endpoint.name,
      operationId: context.id,
      parameters: inputs.parameters,
      overrides: inputs.overrides,
    };
    store.claims.insert(row);
    store.claims.addResult(newResult({ claim, status: "running" }));
    return row;
  });
}
