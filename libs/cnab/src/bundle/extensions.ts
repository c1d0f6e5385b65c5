import { pointer } from "../json/json-value.ts";
import { suggestion } from "../nearest.ts";
import { type Problem, problem } from "../problem.ts";
import type { Bundle } from "./schema.ts";

/**
 * One problem for each required extension that is not among `supported`; to be asked before any action
 * (CNAB Core 101, "Required Extensions"). Extensions that the bundle only uses never count.
 */
export function checkExtensions(bundle: Bundle, supported: readonly string[]): readonly Problem[] {
  return (bundle.requiredExtensions ?? []).flatMap((extension, index) => {
    if (supported.includes(extension)) return [];
    const message = `The bundle "${bundle.name}" requires the extension "${extension}", which is not supported.`;
    const hint = suggestion(extension, supported, "Use a runtime that supports this extension.");
    const path = pointer("requiredExtensions", index);
    return [problem({ code: "extension-unsupported", path, message, hint })];
  });
}
