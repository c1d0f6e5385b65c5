import { BROKER_LABEL } from "@gantry/broker";
import { type Claim, type Injection, injectionFor, newId } from "@gantry/cnab";
import type { EngineAccess, FileEntry, RunSpec } from "@gantry/driver-api";
import type { BundleToRun } from "./bundle-to-run.ts";
import type { RunInputs } from "./inputs.ts";

export const OUTPUTS_DIR = "/cnab/app/outputs";
export const RUN_TOOL = "/cnab/app/run";

/** What a run may do beyond isolation, and how much of the machine it may use. */
export type Powers = {
  /** A filtered socket of the engine, or its own. */
  readonly engine: "none" | "brokered" | "raw";
} & Pick<
  RunSpec,
  "mounts" | "network" | "privileged" | "capabilities" | "memoryBytes" | "cpus" | "pids"
>;

/** What the daemon gives a run that is only to start: no input, no file, no power. */
export const BARE_RUN = {
  environment: [],
  files: [],
  outputsDir: OUTPUTS_DIR,
  mounts: [],
  network: "default",
  privileged: false,
  capabilities: [],
  engineSocket: false,
} as const satisfies Partial<RunSpec>;

export interface SpecRequest {
  readonly toRun: BundleToRun;
  readonly action: string;
  readonly name: string;
  readonly namespace: string;
  readonly installationId: string;
  /** Absent for a run that leaves no record. */
  readonly claim: Claim | undefined;
  readonly inputs: RunInputs;
  readonly powers: Powers;
  readonly owner: string;
  /** Where a filtered socket of the engine will be for the run of that id. */
  readonly brokered: (runId: string) => EngineAccess;
}

/** What a run finds of its engine. */
export function accessOf(engine: Powers["engine"], brokered: () => EngineAccess): EngineAccess {
  if (engine === "none") return false;
  return engine === "raw" ? engine : brokered();
}

/** The whole description of a run, as the driver gets it. Throws an `InputError` for an input that nothing can hold. */
export function toSpec(request: SpecRequest): RunSpec {
  const { toRun, inputs, claim } = request;
  const revision = claim?.revision ?? newId({});
  const injection = injectionFor({
    bundle: toRun.bundle,
    bundleBytes: toRun.bundleBytes,
    action: request.action,
    installation: request.name,
    revision,
    parameters: inputs.parameters,
    credentials: inputs.credentials,
    claim,
    relocation: toRun.published?.relocation,
  });
  const id = newId({});
  const { engine, ...powers } = request.powers;
  return {
    id,
    owner: request.owner,
    labels: {
      // Its image may carry the label of a bundle that made it, and would make the run that bundle's.
      [BROKER_LABEL]: "",
      "dev.gantry.installation": request.name,
      "dev.gantry.namespace": request.namespace,
      "dev.gantry.action": request.action,
      "dev.gantry.revision": revision,
    },
    image: toRun.image,
    command: [RUN_TOOL],
    environment: [...injection.environment, ...porterVariables(request)],
    files: injection.files.map(toFile),
    outputsDir: OUTPUTS_DIR,
    ...powers,
    engineSocket: accessOf(engine, () => request.brokered(id)),
  };
}

function toFile(file: Injection["files"][number]): FileEntry {
  return { ...file, mode: file.sensitive ? 0o600 : 0o644 };
}

/** What bundles that Porter's authors wrote look for beside CNAB's own variables. */
function porterVariables({ name, namespace, installationId }: SpecRequest): RunSpec["environment"] {
  const variables = {
    PORTER_INSTALLATION_NAME: name,
    PORTER_INSTALLATION_NAMESPACE: namespace,
    PORTER_INSTALLATION_ID: installationId,
  };
  return Object.entries(variables).map(([key, value]) => ({ name: key, value, sensitive: false }));
}
