import { nearest } from "@gantry/cnab";
import type { Findings } from "./findings.ts";
import { BUILT_IN_ACTIONS, type CustomAction, type MixinUse, type Step } from "./manifest.ts";
import { readSteps } from "./read-steps.ts";
import { type ManifestFields, manifestSchema } from "./schema.ts";
import { isMapping } from "./value.ts";

type Data = Readonly<Record<string, unknown>>;

/** Keys of older manifests that say nothing any more. */
const IGNORED = ["invocationImage", "tag"];

/** Splits what the schema knows from custom actions; reports every other key. */
export function splitTopLevel(data: Data, findings: Findings): { fields: Data; custom: string[] } {
  const known = Object.keys(manifestSchema.shape);
  const custom: string[] = [];
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(data)) {
    if (known.includes(key)) fields[key] = value;
    else if (IGNORED.includes(key))
      findings.warn([key], { message: `"${key}" is no longer used and is ignored` });
    else if (isStepList(value)) custom.push(key);
    else reportUnknown(key, known, findings);
  }
  return { fields, custom };
}

function isStepList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isMapping);
}

function reportUnknown(key: string, known: readonly string[], findings: Findings): void {
  const near = nearest(key, known);
  findings.refuse(
    [key],
    {
      message: `unknown field "${key}" in the manifest`,
      found: `"${key}"`,
      expected: "a field of porter.yaml, or a custom action (a list of steps)",
      hint:
        near === undefined ? "remove it, or give it a list of steps" : `did you mean "${near}"?`,
    },
    "key",
  );
}

/** The steps of every action; install and uninstall have to be there. */
export function readActions(
  data: Data,
  custom: readonly string[],
  { mixins, findings }: { readonly mixins: readonly MixinUse[]; readonly findings: Findings },
): ReadonlyMap<string, readonly Step[]> {
  for (const action of ["install", "uninstall"]) {
    if (data[action] === undefined || data[action] === null)
      reportNoAction(action, custom, findings);
  }
  const present = [...BUILT_IN_ACTIONS, ...custom].filter(
    (action) => data[action] !== undefined && data[action] !== null,
  );
  return new Map(
    present.map((action) => [action, readSteps(action, data[action], { mixins, findings })]),
  );
}

function reportNoAction(action: string, custom: readonly string[], findings: Findings): void {
  const near = nearest(action, custom);
  const finding = {
    message: `no ${action} action defined`,
    expected: `\`${action}:\` with a list of steps`,
    hint: near === undefined ? `add \`${action}:\`` : `rename "${near}" to "${action}"`,
  };
  findings.refuse([near ?? action], finding, "key");
}

/** How each custom action behaves: as declared, else by CNAB's well-known names, else it modifies. */
export function readCustomActions(
  fields: ManifestFields,
  custom: readonly string[],
  findings: Findings,
): ReadonlyMap<string, CustomAction> {
  const declared = fields.customActions ?? {};
  for (const name of Object.keys(declared)) {
    if (custom.includes(name)) continue;
    const near = nearest(name, custom);
    findings.warn(["customActions", name], {
      message: `the custom action "${name}" has no steps`,
      hint: near === undefined ? `add \`${name}:\` with steps` : `did you mean "${near}"?`,
    });
  }
  return new Map(custom.map((name) => [name, describeAction(name, declared)]));
}

function describeAction(
  name: string,
  declared: NonNullable<ManifestFields["customActions"]>,
): CustomAction {
  const own = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (own === undefined) return defaultAction(name);
  return {
    description: own.description ?? name,
    modifies: own.modifies ?? false,
    stateless: own.stateless ?? false,
  };
}

function defaultAction(name: string): CustomAction {
  const plain = name.replace(/^io\.cnab\./, "");
  if (["dry-run", "help"].includes(plain)) {
    return { description: name, modifies: false, stateless: true };
  }
  const reads = ["log", "status", "status+json"].includes(plain);
  return { description: name, modifies: !reads, stateless: false };
}
