import { destinationsOf } from "../inputs/destinations.ts";
import { pointer } from "../json/json-value.ts";
import { type Problem, warning } from "../problem.ts";
import { actionProblems } from "./rules/actions.ts";
import { definitionProblems } from "./rules/definitions.ts";
import { identityProblems } from "./rules/identity.ts";
import { imageProblems } from "./rules/images.ts";
import { outputProblems } from "./rules/outputs.ts";
import { Bundle } from "./schema.ts";
import { structureProblems } from "./structure.ts";

/** For which moment a bundle is judged. */
export interface Occasion {
  /** It leaves this machine, so every image owes its content digest. */
  readonly forDistribution?: boolean;
}

/**
 * Everything that is wrong with a bundle by CNAB Core 1.2, section 101, also what its JSON schema lets through.
 * Empty when nothing is; a bundle with an `error` must not be run or published.
 */
export function validateBundle(bundle: Bundle, occasion: Occasion = {}): readonly Problem[] {
  const shape = Bundle.safeParse(bundle);
  if (!shape.success) return structureProblems(shape.error);
  return [
    ...identityProblems(bundle),
    ...imageProblems(bundle, occasion.forDistribution ?? false),
    ...actionProblems(bundle),
    ...definitionProblems(bundle),
    ...destinationsOf(bundle).problems,
    ...outputProblems(bundle),
    ...extensionProblems(bundle),
  ];
}

function extensionProblems(bundle: Bundle): readonly Problem[] {
  return (bundle.requiredExtensions ?? []).flatMap((extension, index) => {
    if (Object.hasOwn(bundle.custom ?? {}, extension)) return [];
    const path = pointer("requiredExtensions", index);
    const message = `The required extension "${extension}" has no entry in custom.`;
    const hint = "Add its data to custom, or remove it if the bundle works without.";
    return [warning({ code: "extension-undeclared", path, message, hint })];
  });
}
