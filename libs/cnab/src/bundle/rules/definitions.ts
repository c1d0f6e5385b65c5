import { keyword, missingDefinition } from "../../definitions/definition.ts";
import { definitionFault, faultsOf } from "../../definitions/validate-value.ts";
import { member, pointer } from "../../json/json-value.ts";
import { type Problem, problem, warning } from "../../problem.ts";
import type { Bundle, Definition } from "../schema.ts";

/** The rules for definitions, and for what names them. */
export function definitionProblems(bundle: Bundle): readonly Problem[] {
  const own = Object.entries(bundle.definitions ?? {}).flatMap(([name, definition]) =>
    ofDefinition(pointer("definitions", name), definition),
  );
  return [...own, ...missing(bundle)];
}

function ofDefinition(path: string, definition: Definition): readonly Problem[] {
  const fault = definitionFault(definition);
  if (fault !== undefined) {
    const message = `${path} is no valid JSON Schema (draft 7): ${fault}.`;
    const hint = "Check its keywords, patterns and references.";
    return [problem({ code: "definition-invalid", path, message, hint })];
  }
  const preset = keyword(definition, "default");
  if (preset === undefined) return [];
  return faultsOf(definition, preset).map((reason) => {
    const message = `The default of ${path} does not fit the definition: ${reason}.`;
    const hint = "Change the default or the definition.";
    return warning({ code: "default-invalid", path: `${path}/default`, message, hint });
  });
}

function missing(bundle: Bundle): readonly Problem[] {
  return (["parameters", "outputs"] as const).flatMap((kind) =>
    Object.entries(bundle[kind] ?? {}).flatMap(([name, { definition }]) => {
      const isKnown = member(bundle.definitions, definition) !== undefined;
      return isKnown
        ? []
        : [missingDefinition(bundle, definition, pointer(kind, name, "definition"))];
    }),
  );
}
