import { checkExtensions, type Claim, describeAction, newClaim, newId } from "@gantry/cnab";
import { runNeeds, type RunSpec } from "@gantry/driver-api";
import type { PassedOver, RunOptions } from "@gantry/protocol";
import type { BuildRoom } from "../build/build-bundle.ts";
import type { Environment } from "../endpoints/endpoint.ts";
import { type Choice, negotiate } from "../endpoints/negotiate.ts";
import type { Need } from "../endpoints/need.ts";
import { Fault } from "../fault.ts";
import type { OperationContext } from "../operations/operations.ts";
import { POWERS_EXTENSION } from "../plan/bundle-powers.ts";
import { refuseMissing, type SettledPowers, settlePowers } from "../plan/settle-powers.ts";
import { type ClaimRow, toClaim } from "../store/claims.ts";
import type { InstallationRow } from "../store/installations.ts";
import type { BundleToRun } from "./bundle-to-run.ts";
import { brokeredAccess } from "./engine-access.ts";
import { type RunInputs, settleInputs } from "./inputs.ts";
import { checkState } from "./preconditions.ts";
import { accessOf, toSpec } from "./spec.ts";

/** Extensions that a bundle may require of us. */
const EXTENSIONS = [
  "io.cnab.docker",
  "docker",
  "io.cnab.parameter-sources",
  "parameter-sources",
  "sh.porter.file-parameters",
  "file-parameters",
  POWERS_EXTENSION,
];

export interface SettleWork {
  readonly action: string;
  readonly name: string;
  readonly options: RunOptions;
  readonly environment: Environment;
  readonly context: Pick<OperationContext, "signal" | "report">;
}

/** What is known before anything is settled. */
export interface ToSettle {
  readonly toRun: BundleToRun;
  readonly installation: InstallationRow | undefined;
  readonly last: ClaimRow | undefined;
  /** Endpoints that turned out away. */
  readonly tried: readonly PassedOver[];
  /** Hears why the action must not be carried out. One that throws ends it there. */
  readonly refuse: (fault: Fault) => void;
  /** Nothing will be run, so an engine that is away is none the worse. */
  readonly isPlan: boolean;
}

type ActionDescription = ReturnType<typeof describeAction>;

/** A run to its last detail, before anything is recorded. A plan shows it, a run carries it out: both are this. */
export interface SettledRun {
  readonly toRun: BundleToRun;
  readonly action: ActionDescription;
  readonly inputs: RunInputs;
  readonly powers: SettledPowers;
  readonly need: Need;
  readonly choice: Choice;
  readonly installationId: string;
  /** As it will be recorded; absent for a run that leaves no record. */
  readonly claim: Claim | undefined;
  readonly spec: RunSpec;
  readonly name: string;
  readonly options: RunOptions;
}

/** Settles everything that can be refused before anything is recorded: powers, state, inputs, the endpoint, the spec. */
export async function settleRun(
  room: BuildRoom,
  work: SettleWork,
  given: ToSettle,
): Promise<SettledRun> {
  const { options, name, context } = work;
  const { toRun, installation, last, refuse } = given;
  const { bundle } = toRun;
  const grants = installation === undefined ? [] : room.store.grants.of(installation.id);
  const powers = settlePowers({ bundle, options, grants });
  for (const fault of refusals(toRun, powers)) refuse(fault);
  const action = describeAction(bundle, work.action);
  orRefuse(refuse, () =>
    checkState(room.store.claims, installation, { action, name, force: options.force }),
  );
  const asked = { bundle, action: action.name, options, last, outputs: room.store.outputs };
  const inputs = await settleInputs(asked);
  for (const text of inputs.warnings)
    await context.report("prepare", { kind: "notice", level: "warning", text });
  const { need, choice } = await chooseEndpoint(room, work, { ...given, powers });
  context.signal.throwIfAborted();
  const settled = { toRun, action, inputs, powers, need, choice, name, options };
  return { ...settled, ...describe(room, settled, { installation, last }) };
}

function refusals({ bundle }: BundleToRun, { missing }: SettledPowers): Fault[] {
  const [unsupported] = checkExtensions(bundle, EXTENSIONS);
  const unknown =
    unsupported === undefined
      ? undefined
      : new Fault("unsupported", unsupported.message, { hint: unsupported.hint });
  return [unknown, refuseMissing(bundle, missing)].filter((fault) => fault !== undefined);
}

function orRefuse(refuse: (fault: Fault) => void, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    refuse(error);
  }
}

async function chooseEndpoint(
  room: BuildRoom,
  { options, environment, context }: SettleWork,
  { toRun, last, tried, isPlan, powers }: ToSettle & { readonly powers: SettledPowers },
): Promise<Pick<SettledRun, "need" | "choice">> {
  const { engine, ...held } = powers.spec;
  const engineSocket = accessOf(engine, () => ({ path: "/" }));
  const features = runNeeds({ ...EMPTY_SPEC, ...held, engineSocket, ...limitsOf(options) });
  const platforms = toRun.platform === undefined ? [] : [toRun.platform];
  const need: Need = { facet: "run", features, platforms, imageType: toRun.imageType };
  const choice = await negotiate(room.endpoints, need, {
    named: tried.length === 0 ? options.driver : undefined,
    // Where it ran before, what it deployed is at hand.
    home: last?.endpoint,
    first: toRun.madeBy,
    failOver: options.failOver ?? (await room.endpoints.failOver()),
    tried,
    mayBeAway: isPlan,
    environment,
    signal: context.signal,
  });
  const text = `Running with ${choice.reason}.`;
  await context.report("prepare", { kind: "notice", level: "info", text });
  return { need, choice };
}

/** The claim and the spec: made once, here, whether they are shown or carried out. */
function describe(
  room: BuildRoom,
  settled: Omit<SettledRun, "installationId" | "claim" | "spec">,
  {
    installation,
    last,
  }: { readonly installation: InstallationRow | undefined; readonly last: ClaimRow | undefined },
): Pick<SettledRun, "installationId" | "claim" | "spec"> {
  const { toRun, action, inputs, powers, choice, name, options } = settled;
  const isDryRun = choice.endpoint.instance.run?.capabilities.dryRun === true;
  const isRecorded = !action.stateless && !isDryRun;
  const installationId = installation?.id ?? newId({});
  const claim = isRecorded
    ? newClaim({
        bundle: toRun.bundle,
        action: action.name,
        installation: name,
        parameters: inputs.parameters,
        previous: last === undefined ? undefined : toClaim(last),
        bundleReference: toRun.reference,
        bundleDigest: toRun.image.digest,
      })
    : undefined;
  const spec = toSpec({
    toRun,
    action: action.name,
    name,
    namespace: options.namespace,
    installationId,
    claim,
    inputs,
    powers: { ...powers.spec, ...limitsOf(options) },
    owner: room.store.owner,
    brokered: (runId) => brokeredAccess(room.home, runId),
  });
  return { installationId, claim, spec };
}

function limitsOf({ memoryBytes, cpus, pids }: RunOptions) {
  return {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(pids === undefined ? {} : { pids }),
  };
}

const EMPTY_SPEC = {
  id: "",
  owner: "",
  labels: {},
  command: [],
  environment: [],
  files: [],
  outputsDir: "",
};
