import type { Bundle, Definition } from "@gantry/cnab";
import { definitionOf } from "./definition.ts";
import { OUTPUTS_DIR, STATE_FILE, defaultEnv, parameterDestination } from "./destination.ts";
import type { Manifest, Output, Parameter } from "./manifest.ts";
import { wiredOutputs } from "./variables.ts";

export type BundleParts = Pick<Bundle, "parameters" | "outputs" | "definitions">;

/** Marks definitions that users are not shown. */
const INTERNAL = "porter-internal";
const GENERATED = "https://porter.sh/generated-bundle/#";
const STATE_DESCRIPTION =
  "Supports persisting state for bundles. Porter internal parameter that should not be set manually.";
const DEBUG_DESCRIPTION = "Print debug information from Porter when executing the bundle";

/** The name of a parameter's definition; the suffix is not doubled. */
export function parameterDefinitionName(name: string): string {
  return name.endsWith("parameter") ? name : `${name}-parameter`;
}

export function outputDefinitionName(name: string): string {
  return name.endsWith("output") ? name : `${name}-output`;
}

/** The internal parameter that brings an output of an earlier action back. */
export function wiringName(output: string): string {
  return `porter-${output}-output`;
}

/** The variable that brings an output of an earlier action back. */
export function wiringEnv(output: string): string {
  return defaultEnv(wiringName(output));
}

/** The author's parameters, Porter's internal ones, and one for each output that a step reads back. */
export function bundleParameters(manifest: Manifest): BundleParts {
  const wired = manifest.outputs.filter(({ name }) => wiredOutputs(manifest).includes(name));
  return {
    parameters: {
      ...Object.fromEntries(manifest.parameters.map(toParameter)),
      ...Object.fromEntries(wired.map(toWiring)),
      "porter-debug": {
        definition: "porter-debug-parameter",
        description: DEBUG_DESCRIPTION,
        destination: { env: "PORTER_DEBUG" },
      },
      "porter-state": {
        definition: "porter-state",
        description: STATE_DESCRIPTION,
        destination: { path: STATE_FILE },
      },
    },
    definitions: {
      ...Object.fromEntries(
        manifest.parameters.map((item) => [parameterDefinitionName(item.name), definitionOf(item)]),
      ),
      ...Object.fromEntries(wired.map(toWiringDefinition)),
      "porter-debug-parameter": {
        ...internal("porter-debug", DEBUG_DESCRIPTION),
        type: "boolean",
        default: false,
      },
    },
  };
}

/** The author's outputs, and the archive of the bundle's state. */
export function bundleOutputs(manifest: Manifest): BundleParts {
  return {
    outputs: {
      ...Object.fromEntries(manifest.outputs.map(toOutput)),
      "porter-state": {
        definition: "porter-state",
        description: STATE_DESCRIPTION,
        path: `${OUTPUTS_DIR}/porter-state`,
      },
    },
    definitions: {
      ...Object.fromEntries(
        manifest.outputs.map((item) => [outputDefinitionName(item.name), definitionOf(item)]),
      ),
      "porter-state": {
        ...internal("porter-state", STATE_DESCRIPTION),
        type: "string",
        contentEncoding: "base64",
      },
    },
  };
}

function internal(anchor: string, description: string) {
  return { $comment: INTERNAL, $id: `${GENERATED}${anchor}`, description };
}

function toParameter(item: Parameter): [string, NonNullable<Bundle["parameters"]>[string]] {
  return [
    item.name,
    {
      definition: parameterDefinitionName(item.name),
      destination: parameterDestination(item),
      ...described(item),
      ...(item.default === undefined ? { required: true } : {}),
    },
  ];
}

function toOutput(item: Output): [string, NonNullable<Bundle["outputs"]>[string]] {
  const definition = outputDefinitionName(item.name);
  return [item.name, { definition, path: `${OUTPUTS_DIR}/${item.name}`, ...described(item) }];
}

function described({ description, applyTo }: Parameter | Output) {
  return {
    ...(description === undefined ? {} : { description }),
    ...(applyTo === undefined ? {} : { applyTo }),
  };
}

function toWiring({ name }: Output): [string, NonNullable<Bundle["parameters"]>[string]] {
  return [
    wiringName(name),
    {
      definition: wiringName(name),
      description: `Wires up the ${name} output for use as a parameter. Porter internal parameter that should not be set manually.`,
      destination: { env: wiringEnv(name) },
    },
  ];
}

function toWiringDefinition(output: Output): [string, Definition] {
  const $id = `${GENERATED}porter-parameter-source-definition`;
  return [wiringName(output.name), { ...definitionOf(output), $comment: INTERNAL, $id }];
}
