import { isBelow, outputPlaceOf } from "../../inputs/place.ts";
import { pointer } from "../../json/json-value.ts";
import { type Problem, problem } from "../../problem.ts";
import type { Bundle } from "../schema.ts";

const HINT = "Give each output a file of its own, such as /cnab/app/outputs/NAME.";

/** The rules for output paths: strictly below /cnab/app/outputs, each its own. */
export function outputProblems(bundle: Bundle): readonly Problem[] {
  const seen: { readonly name: string; readonly file: string }[] = [];
  return Object.entries(bundle.outputs ?? {}).flatMap(([name, output]) => {
    const path = pointer("outputs", name, "path");
    const place = outputPlaceOf(output.path);
    if ("fault" in place) {
      const message = `The output "${name}" cannot be at "${output.path}": it ${place.fault}.`;
      return [problem({ code: "output-path", path, message, hint: HINT })];
    }
    const other = seen.find(({ file }) => overlap(file, place.path));
    seen.push({ name, file: place.path });
    if (other === undefined) return [];
    const message = `The outputs "${other.name}" and "${name}" share the path "${place.path}".`;
    return [problem({ code: "output-path", path, message, hint: HINT })];
  });
}

function overlap(a: string, b: string): boolean {
  return a === b || isBelow(a, b) || isBelow(b, a);
}
