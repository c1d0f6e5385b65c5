import { nearest } from "@gantry/cnab";
import { type Manifest, type Step, isBuiltInAction } from "./manifest.ts";

/** The bundle has no action of this name. */
export class UnknownActionError extends Error {
  override readonly name = "UnknownActionError";
  readonly hint: string;

  constructor(action: string, known: readonly string[]) {
    super(`the bundle has no action "${action}"`);
    const near = nearest(action, known);
    this.hint = near === undefined ? `Known are: ${known.join(", ")}.` : `Did you mean "${near}"?`;
  }
}

/**
 * The steps of an action. `undefined` for install, upgrade or uninstall when the bundle does not implement it,
 * which is no error (CNAB Core 103). Throws an `UnknownActionError` for any other name it does not have.
 */
export function stepsFor(manifest: Manifest, action: string): readonly Step[] | undefined {
  const steps = manifest.actions.get(action);
  if (steps !== undefined || isBuiltInAction(action)) return steps;
  throw new UnknownActionError(action, [...manifest.actions.keys()]);
}
