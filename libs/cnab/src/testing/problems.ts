import type { Problem } from "../problem.ts";
import { validateBundle } from "../bundle/validate-bundle.ts";
import { bundleWith } from "./bundle.ts";

type Parts = Readonly<Record<string, unknown>>;

/** Everything that is said of the smallest bundle with these parts. */
export function problemsOf(parts: Parts): readonly Problem[] {
  return validateBundle(bundleWith(parts));
}

/** What is refused of it, each as `code at path`. */
export function errorsOf(parts: Parts): readonly string[] {
  return places(parts, "error");
}

/** What is warned of, likewise. */
export function warningsOf(parts: Parts): readonly string[] {
  return places(parts, "warning");
}

function places(parts: Parts, wanted: Problem["severity"]): readonly string[] {
  return problemsOf(parts)
    .filter(({ severity }) => severity === wanted)
    .map(({ code, path }) => `${code} at ${path}`);
}

/** A definition `text`, to be added to. */
export const text = { definitions: { text: { type: "string" } } };
