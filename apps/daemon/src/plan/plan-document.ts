import { definitionOf, expectedOutputs, isSensitive, type Bundle } from "@gantry/cnab";
import type { Plan } from "@gantry/protocol";
import { formatPlatform, type Image } from "@gantry/reports";
import { flagOfPower } from "@gantry/protocol/light";
import { requirementsOf } from "../endpoints/need.ts";
import type { SettledRun } from "../run/settle-run.ts";
import type { ApprovedPlan } from "../store/grants.ts";
import { factsOf, isOfImage, isUser, octal, planDigest } from "./facts.ts";
import type { PlannedBundle } from "./plan-action.ts";

/** What is known beside the settled run. */
export interface Beside {
  readonly planned: PlannedBundle;
  readonly approved: ApprovedPlan | undefined;
  readonly image: Image | undefined;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** A settled run as a document. Everything of the run itself is read from its spec, which is what the driver gets. */
export function toPlan(settled: SettledRun, beside: Beside): Plan {
  const { toRun, action, powers, spec, name, options } = settled;
  const facts = factsOf(settled);
  const user = toRun.user ?? beside.image?.user;
  const shownUser = user === undefined ? undefined : user === "" ? "root" : user;
  return {
    schemaVersion: 1,
    action: action.name,
    installation: name,
    namespace: options.namespace,
    bundle: bundleOf(toRun),
    image: imageOf(toRun, beside),
    endpoint: endpointOf(settled),
    ...(shownUser === undefined ? {} : { user: shownUser }),
    privileged: spec.privileged,
    capabilities: [...spec.capabilities],
    network: spec.network,
    // No driver publishes any: a run that is to be reached shares the host's network.
    ports: [],
    mounts: spec.mounts.map((mount) => ({ ...mount })),
    engineSocket: engineKind(spec.engineSocket),
    limits: limitsOf(settled),
    secrets: secretsOf(settled),
    environment: spec.environment.map(({ name: variable, sensitive }) => ({
      name: variable,
      sensitive,
    })),
    files: spec.files.map(({ path, mode, sensitive }) => ({
      path,
      mode: octal(mode),
      owner: shownUser ?? "the image's user",
      sensitive,
    })),
    outputs: outputsOf(toRun.bundle, action.name),
    requested: [...powers.requested],
    granted: powers.granted.map(({ power, value }) => ({ power, value })),
    missing: powers.missing.map((power) => ({ ...power, flag: flagOfPower(power) })),
    changes: changesOf(facts, beside.approved, toRun.isToBuild === true),
    problems: [...beside.problems],
    warnings: [...beside.warnings],
    digest: planDigest(facts),
  };
}

function bundleOf({ bundle: { name, version }, published }: SettledRun["toRun"]): Plan["bundle"] {
  if (published === undefined) return { name, version };
  const { reference, digest } = published;
  return { name, version, published: { reference, digest } };
}

/** A socket of the caller's own is named by its path. */
function engineKind(access: boolean | string | object): Plan["engineSocket"] {
  if (access === false) return "none";
  return typeof access === "object" ? "brokered" : "raw";
}

function imageOf(
  { image, reference: named, published, isToBuild, madeBy, platform }: SettledRun["toRun"],
  { planned, image: held }: Beside,
): Plan["image"] {
  const reference = published === undefined ? named : (image.reference ?? named);
  if (isToBuild === true) return { reference, state: "to-build", changed: [...planned.changed] };
  const id = image.id ?? held?.id;
  const digest = image.digest ?? held?.digest;
  const shown = platform ?? (held === undefined ? undefined : formatPlatform(held.platform));
  return {
    reference,
    state: madeBy === undefined ? "named" : "built",
    ...(id === undefined ? {} : { id }),
    ...(digest === undefined ? {} : { digest }),
    ...(shown === undefined ? {} : { platform: shown }),
    changed: [],
  };
}

function endpointOf({ choice, need }: SettledRun): Plan["endpoint"] {
  const { endpoint, reason, passedOver, away } = choice;
  return {
    name: endpoint.name,
    driver: endpoint.driver,
    reason,
    requirements: requirementsOf(need),
    passedOver: passedOver.map((one) => ({ ...one })),
    ...(away === undefined ? {} : { away }),
  };
}

function limitsOf({ spec }: SettledRun): Plan["limits"] {
  const { memoryBytes, cpus, pids } = spec;
  return {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(pids === undefined ? {} : { pids }),
  };
}

function secretsOf({ toRun, inputs }: SettledRun): string[] {
  const { parameters = {} } = toRun.bundle;
  const sensitive = Object.keys(inputs.parameters).filter((name) => {
    const parameter = parameters[name];
    return parameter !== undefined && isSensitive(definitionOf(toRun.bundle, parameter));
  });
  return [...Object.keys(inputs.credentials), ...sensitive].toSorted();
}

function outputsOf(bundle: Bundle, action: string): Plan["outputs"] {
  return [...expectedOutputs(bundle, action)].map(([path, name]) => {
    const definition = bundle.definitions?.[bundle.outputs?.[name]?.definition ?? ""];
    return { name, path, sensitive: definition !== undefined && isSensitive(definition) };
  });
}

/** What a build decides is no difference before it was made. */
function changesOf(
  facts: readonly string[],
  approved: ApprovedPlan | undefined,
  isToBuild: boolean,
): Plan["changes"] {
  if (approved === undefined) return { since: null, added: [], removed: [] };
  const known = isToBuild ? approved.facts.filter((fact) => !isOfImage(fact)) : approved.facts;
  const before = comparable(known, facts);
  return {
    since: approved.approved,
    added: comparable(facts, known).filter((fact) => !before.includes(fact)),
    removed: before.filter((fact) => !facts.includes(fact)),
  };
}

/** Whom an image runs as is known of what was built here only: no change where one of two plans cannot say. */
function comparable(facts: readonly string[], others: readonly string[]): readonly string[] {
  return others.some(isUser) ? facts : facts.filter((fact) => !isUser(fact));
}
