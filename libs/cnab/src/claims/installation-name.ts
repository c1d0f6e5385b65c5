import { isGraphic } from "../bundle/rules/identity.ts";
import { InputError, problem } from "../problem.ts";

/**
 * Throws an `InputError` unless the name is made of graphic characters (CNAB Core 103, "Environment Variables"): letters of
 * any script, digits, punctuation, symbols, spaces. That it is unique is for whoever stores installations.
 */
export function checkInstallationName(name: string): void {
  if (isGraphic(name)) return;
  const message = `An installation cannot be named ${JSON.stringify(name)}.`;
  const hint = "Use letters, digits, punctuation and spaces, at least one, no tabs or line breaks.";
  throw new InputError([problem({ code: "installation-name", path: "", message, hint })]);
}
