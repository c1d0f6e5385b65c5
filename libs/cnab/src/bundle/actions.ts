import { member, pointer } from "../json/json-value.ts";
import { suggestion } from "../nearest.ts";
import { InputError, problem } from "../problem.ts";
import type { Bundle } from "./schema.ts";

/** The actions that every bundle has and none declares. */
export const BUILT_IN_ACTIONS: readonly string[] = ["install", "upgrade", "uninstall"];

/** What an action is, with the defaults of the specification filled in. */
export interface ActionDescription {
  readonly name: string;
  /** install, upgrade or uninstall. */
  readonly builtIn: boolean;
  /** It may change what is installed, so it gets a new revision. */
  readonly modifies: boolean;
  /** It needs neither an installation nor credentials, and leaves no record. */
  readonly stateless: boolean;
  readonly title?: string;
  readonly description?: string;
}

/** Names that CNAB (section 804) gives a common meaning; a bundle declares them like any other. */
const WELL_KNOWN: Readonly<Record<string, string>> = {
  "io.cnab.dry-run": "Simulate an installation with the given parameters",
  "io.cnab.help": "Print help",
  "io.cnab.log": "Print the logs of the installed system",
  "io.cnab.status": "Print how the installed system is, and leave it as the output `status`",
};

/** Describes one action of the bundle. Throws an `InputError` when it has none of that name. */
export function describeAction(bundle: Bundle, name: string): ActionDescription {
  if (BUILT_IN_ACTIONS.includes(name)) {
    return { name, builtIn: true, modifies: true, stateless: false };
  }
  const declared = member(bundle.actions, name);
  if (declared === undefined) throw unknownAction(bundle, name);
  const description = declared.description ?? member(WELL_KNOWN, name);
  return {
    name,
    builtIn: false,
    modifies: declared.modifies ?? false,
    stateless: declared.stateless ?? false,
    ...(declared.title === undefined ? {} : { title: declared.title }),
    ...(description === undefined ? {} : { description }),
  };
}

/** Every action that the bundle can be asked for. */
export function actionNames(bundle: Bundle): readonly string[] {
  return [...BUILT_IN_ACTIONS, ...Object.keys(bundle.actions ?? {})];
}

/** Whether something with this `applyTo` is for `action`: absent or empty means every action. */
export function appliesTo(item: { applyTo?: string[] | undefined }, action: string): boolean {
  return item.applyTo === undefined || item.applyTo.length === 0 || item.applyTo.includes(action);
}

function unknownAction(bundle: Bundle, name: string): InputError {
  const message = `The bundle "${bundle.name}" has no action "${name}".`;
  const hint = suggestion(name, actionNames(bundle), "");
  const path = pointer("actions", name);
  return new InputError([problem({ code: "unknown-action", path, message, hint })]);
}
