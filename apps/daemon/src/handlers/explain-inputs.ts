import { type Bundle, type Definition, definitionOf, isSensitive } from "@gantry/cnab";
import type { ExplainedBundle, ExplainedParameter } from "@gantry/protocol";

type Inputs = Pick<ExplainedBundle, "parameters" | "credentials" | "outputs">;

/** What a bundle takes and gives, without what is its tool's own affair. */
export function explainInputs(bundle: Bundle): Inputs {
  return {
    parameters: Object.entries(bundle.parameters ?? {}).flatMap(([name, parameter]) => {
      const definition = definitionOf(bundle, parameter);
      if (isInternal(definition)) return [];
      const { required = false, description, applyTo } = parameter;
      return [
        {
          name,
          ...shapeOf(definition, required),
          ...worded(description, definition),
          ...forActions(applyTo),
        },
      ];
    }),
    credentials: Object.entries(bundle.credentials ?? {}).map(
      ([name, { required = false, description, applyTo }]) => ({
        name,
        required,
        ...worded(description),
        ...forActions(applyTo),
      }),
    ),
    outputs: Object.entries(bundle.outputs ?? {}).flatMap(([name, output]) => {
      const definition = definitionOf(bundle, output);
      if (isInternal(definition)) return [];
      const sensitive = isSensitive(definition);
      const type = typeOf(definition);
      return [{ name, type, sensitive, ...worded(output.description, definition) }];
    }),
  };
}

type Shape = Pick<ExplainedParameter, "type" | "required" | "sensitive" | "default" | "schema">;

function shapeOf(definition: Definition, required: boolean): Shape {
  const { default: given, ...schema } = typeof definition === "object" ? definition : {};
  const sensitive = isSensitive(definition);
  return {
    type: typeOf(definition),
    required: required && given === undefined,
    sensitive,
    // What a bundle.json holds is JSON. A secret is no less one for being the default.
    ...(given === undefined || sensitive
      ? {}
      : { default: given as NonNullable<Shape["default"]> }),
    schema,
  };
}

function worded(...sources: readonly (Definition | undefined | string)[]): {
  description?: string;
} {
  for (const source of sources) {
    const text = typeof source === "object" ? source["description"] : source;
    if (typeof text === "string" && text !== "") return { description: text };
  }
  return {};
}

function forActions(applyTo: readonly string[] | undefined): { applyTo?: string[] } {
  return applyTo === undefined || applyTo.length === 0 ? {} : { applyTo: [...applyTo] };
}

function isInternal(definition: Definition): boolean {
  return typeof definition === "object" && definition["$comment"] === "porter-internal";
}

function typeOf(definition: Definition): string {
  if (typeof definition !== "object") return "any";
  if (definition["contentEncoding"] === "base64") return "file";
  const type = definition["type"];
  return typeof type === "string" ? type : "any";
}
