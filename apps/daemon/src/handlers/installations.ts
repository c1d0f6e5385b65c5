import { installationState, isSensitive, definitionOf, type Bundle } from "@gantry/cnab";
import type {
  Installation,
  installationList,
  installationShow,
  runList,
  RunRecord,
} from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { type ClaimRow, toClaim } from "../store/claims.ts";
import type { InstallationRow } from "../store/installations.ts";
import { findInstallation } from "./find-installation.ts";
import type { Room } from "./room.ts";

const MASK = "******";

export function handleInstallationList(room: Room): HandlerOf<typeof installationList> {
  return async (filter) => ({
    installations: room.store.installations.list(filter).map((row) => toInstallation(room, row)),
  });
}

export function handleInstallationShow(room: Room): HandlerOf<typeof installationShow> {
  return async (key) => ({ installation: toInstallation(room, findInstallation(room, key)) });
}

export function handleRunList(room: Room): HandlerOf<typeof runList> {
  return async (key) => ({
    runs: room.store.claims.of(findInstallation(room, key).id).map((claim) => toRun(room, claim)),
  });
}

function toRun({ store }: Room, claim: ClaimRow): RunRecord {
  const last = store.claims.results(claim.id).at(-1);
  const isOver = last !== undefined && last.status !== "running" && last.status !== "pending";
  return {
    id: claim.id,
    bundle: claim.bundle.name,
    version: claim.bundle.version,
    action: claim.action,
    parameters: Object.fromEntries(shownParameters(claim).map(({ name, value }) => [name, value])),
    started: claim.created,
    stopped: isOver ? last.created : null,
    status: last?.status ?? "unknown",
    driver: claim.endpoint,
  };
}

function toInstallation({ store }: Room, row: InstallationRow): Installation {
  const claims = store.claims.of(row.id);
  const results = claims.flatMap(({ id }) => store.claims.results(id));
  const last = claims.at(-1);
  const state = installationState(claims.map(toClaim), results);
  const uninstalled = claims.findLast(
    ({ action, id }) => action === "uninstall" && hasSucceeded(results, id),
  );
  const wasInstalled = state?.installed !== undefined;
  return {
    schemaType: "Installation",
    schemaVersion: "1.0.2",
    id: row.id,
    name: row.name,
    namespace: row.namespace,
    bundle: bundleOf(last),
    labels: row.labels,
    grants: store.grants.of(row.id).map(({ power, value }) => ({ power, value })),
    status: {
      runId: last?.id ?? "",
      action: last?.action ?? "",
      resultId: state?.result?.id ?? "",
      resultStatus: state?.status ?? "unknown",
      created: row.created,
      modified: row.modified,
      installed: state?.installed ?? null,
      uninstalled: uninstalled?.created ?? null,
      bundleReference: last?.bundleReference ?? "",
      bundleVersion: last?.bundle.version ?? "",
      bundleDigest: digestOf(last) ?? "",
      driver: last?.endpoint ?? "",
    },
    _calculated: {
      displayInstallationState:
        state?.isInstalled === true ? "installed" : wasInstalled ? "uninstalled" : "defined",
      displayInstallationStatus: displayStatus(state?.status ?? "unknown", last?.action ?? ""),
      resolvedParameters: last === undefined ? [] : shownParameters(last),
    },
  };
}

function bundleOf(last: ClaimRow | undefined): Installation["bundle"] {
  const digest = digestOf(last);
  const repository = last?.bundleReference.replace(/[@:][^/]*$/, "") ?? "";
  return {
    repository,
    version: last?.bundle.version ?? "",
    ...(digest === undefined ? {} : { digest }),
  };
}

/** Of the bundle in its registry, or of its image where only that has one. */
function digestOf(last: ClaimRow | undefined): string | undefined {
  return last?.published?.digest ?? last?.image.digest;
}

function hasSucceeded(
  results: readonly { claimId: string; status: string }[],
  claimId: string,
): boolean {
  return results.findLast((result) => result.claimId === claimId)?.status === "succeeded";
}

const RUNNING: Readonly<Record<string, string>> = {
  install: "installing",
  upgrade: "upgrading",
  uninstall: "uninstalling",
};

function displayStatus(status: string, action: string): string {
  return status === "running" ? (RUNNING[action] ?? `running ${action}`) : status;
}

function shownParameters({
  bundle,
  parameters,
}: ClaimRow): Installation["_calculated"]["resolvedParameters"] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const definition = definitionOfParameter(bundle, name);
    if (definition === undefined || isInternal(definition)) return [];
    const sensitive = isSensitive(definition);
    return [{ name, type: typeName(definition), sensitive, value: sensitive ? MASK : value }];
  });
}

function definitionOfParameter(bundle: Bundle, name: string) {
  const parameter = bundle.parameters?.[name];
  return parameter === undefined ? undefined : definitionOf(bundle, parameter);
}

function isInternal(definition: ReturnType<typeof definitionOf>): boolean {
  return typeof definition === "object" && definition["$comment"] === "porter-internal";
}

function typeName(definition: ReturnType<typeof definitionOf>): string {
  if (typeof definition !== "object") return "unknown";
  if (definition["contentEncoding"] === "base64") return "file";
  const type = definition["type"];
  return typeof type === "string" ? type : "unknown";
}
