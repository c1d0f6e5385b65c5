import { appliesTo, describeAction } from "../bundle/actions.ts";
import type { Bundle, Definition, Parameter } from "../bundle/schema.ts";
import { definitionOf, isSensitive, keyword } from "../definitions/definition.ts";
import { faultsOf } from "../definitions/validate-value.ts";
import { canonicalJson } from "../json/canonical.ts";
import { type JsonValue, member, pointer, toJson } from "../json/json-value.ts";
import { suggestion } from "../nearest.ts";
import { InputError, type Problem, problem, refuse, warning } from "../problem.ts";

type Values = Readonly<Record<string, JsonValue>>;

/** What parameters are resolved from; of one parameter the first that has it counts, in this order. */
export interface ParameterRequest {
  readonly bundle: Bundle;
  readonly action: string;
  /** What the user gave for this run, already of the definitions' types. */
  readonly supplied: Values;
  /** What users gave for earlier runs of the installation: the `overrides` of the last resolution. */
  readonly previous?: Values | undefined;
  /** What the bundle's parameter sources yield: outputs of earlier runs. */
  readonly sourced?: Values | undefined;
  /** All values of the last run, which `readOnly` parameters keep after install. */
  readonly recorded?: Values | undefined;
}

/** Where a value comes from. */
export type ParameterOrigin = "supplied" | "previous" | "sourced" | "default" | "recorded";

/** One parameter of the action with its value. */
export interface ResolvedParameter {
  readonly name: string;
  readonly value: JsonValue;
  readonly from: ParameterOrigin;
  /** Never to be printed or logged. */
  readonly sensitive: boolean;
}

/** The outcome: valid, complete, and only of parameters that apply to the action. */
export interface ResolvedParameters {
  readonly parameters: readonly ResolvedParameter[];
  /** The same as a record, as a claim stores it. A parameter without any value is absent. */
  readonly values: Values;
  /** What users gave, now and earlier, for any action: `previous` of the next resolution. */
  readonly overrides: Values;
  readonly warnings: readonly Problem[];
}

/**
 * Settles the parameters of one action (CNAB Core 103, "Setting Parameter Values"). Throws one `InputError` with every
 * problem: an unknown parameter, a value that its definition refuses, a required one without a value.
 */
export function resolveParameters(request: ParameterRequest): ResolvedParameters {
  const { bundle } = request;
  describeAction(bundle, request.action);
  const settled = Object.entries(bundle.parameters ?? {}).map(([name, parameter]) =>
    settle(request, name, parameter),
  );
  const problems = [...unknown(request), ...settled.flatMap((one) => one.problems)];
  const warnings = refuse(problems, InputError);
  const parameters = settled.flatMap(({ resolved }) => resolved ?? []);
  return {
    parameters,
    values: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
    overrides: Object.fromEntries(settled.flatMap(({ override }) => override ?? [])),
    warnings,
  };
}

interface Settled {
  readonly resolved?: ResolvedParameter;
  readonly override?: readonly [readonly [string, JsonValue]];
  readonly problems: readonly Problem[];
}

interface Choice {
  readonly value: JsonValue;
  readonly from: ParameterOrigin;
}

function settle(request: ParameterRequest, name: string, parameter: Parameter): Settled {
  const { bundle, action } = request;
  const definition = definitionOf(bundle, parameter);
  const choice = choose(request, name, definition);
  const applies = appliesTo(parameter, action);
  if (choice === undefined) {
    const isMissing = applies && parameter.required === true;
    return { problems: isMissing ? [required(bundle, name, action)] : [] };
  }
  const problems = [
    ...(applies || choice.from === "supplied" ? invalid(name, definition, choice) : []),
    ...fixed(request, name, choice),
    ...(applies ? [] : notApplicable(request, name, parameter)),
  ];
  const override = choice.from === "supplied" || choice.from === "previous";
  return {
    problems,
    ...(override ? { override: [[name, choice.value]] } : {}),
    ...(applies ? { resolved: { name, ...choice, sensitive: isSensitive(definition) } } : {}),
  };
}

function choose(
  { action, supplied, previous, sourced, recorded }: ParameterRequest,
  name: string,
  definition: Definition,
): Choice | undefined {
  const isFixed = keyword(definition, "readOnly") === true && action !== "install";
  const candidates: readonly (readonly [ParameterOrigin, unknown])[] = [
    ["recorded", isFixed ? member(recorded, name) : undefined],
    ["supplied", member(supplied, name)],
    ["previous", member(previous, name)],
    ["sourced", member(sourced, name)],
    ["default", keyword(definition, "default")],
  ];
  for (const [from, value] of candidates) {
    if (value !== undefined) return { value: toJson(value), from };
  }
  return undefined;
}

const ORIGINS: Readonly<Record<ParameterOrigin, string>> = {
  supplied: "",
  previous: " (kept from an earlier run)",
  sourced: " (an output of an earlier run)",
  default: " (its default)",
  recorded: " (fixed when it was installed)",
};

function invalid(name: string, definition: Definition, choice: Choice): readonly Problem[] {
  return faultsOf(definition, choice.value).map((fault) => {
    const message = `The parameter "${name}"${ORIGINS[choice.from]} cannot be used: ${fault}.`;
    const hint = `Set the parameter "${name}" to a value that fits.`;
    return problem({ code: "invalid-value", path: pointer("parameters", name), message, hint });
  });
}

function fixed(request: ParameterRequest, name: string, choice: Choice): readonly Problem[] {
  const given = member(request.supplied, name);
  if (choice.from !== "recorded" || given === undefined) return [];
  if (canonicalJson(given) === canonicalJson(choice.value)) return [];
  const path = pointer("parameters", name);
  const message = `The parameter "${name}" was fixed at install; the value given now is ignored.`;
  const hint = "Leave it out, or install anew to change it.";
  return [warning({ code: "read-only", path, message, hint })];
}

function notApplicable(
  { action, supplied }: ParameterRequest,
  name: string,
  { applyTo = [] }: Parameter,
): readonly Problem[] {
  if (member(supplied, name) === undefined) return [];
  const path = pointer("parameters", name);
  const message = `The parameter "${name}" does not apply to ${action} and is not passed on.`;
  const hint = `It applies to: ${applyTo.join(", ")}.`;
  return [warning({ code: "not-applicable", path, message, hint })];
}

function required(bundle: Bundle, name: string, action: string): Problem {
  const path = pointer("parameters", name);
  const message = `The parameter "${name}" is required by ${action} of "${bundle.name}" and has no value.`;
  const hint = `Give "${name}" a value.`;
  return problem({ code: "required", path, message, hint });
}

function unknown({ bundle, supplied }: ParameterRequest): readonly Problem[] {
  const known = Object.keys(bundle.parameters ?? {});
  return Object.keys(supplied)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const path = pointer("parameters", name);
      const message = `The bundle "${bundle.name}" has no parameter "${name}".`;
      const hint = suggestion(name, known, "This bundle takes no parameters.");
      return problem({ code: "unknown-parameter", path, message, hint });
    });
}
