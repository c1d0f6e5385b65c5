import { pointer } from "../../json/json-value.ts";
import { suggestion } from "../../nearest.ts";
import { type Problem, problem, warning } from "../../problem.ts";
import { actionNames, BUILT_IN_ACTIONS } from "../actions.ts";
import type { Bundle } from "../schema.ts";

/** The rules for custom actions, and for what names actions in `applyTo`. */
export function actionProblems(bundle: Bundle): readonly Problem[] {
  return [...reserved(bundle), ...applyTo(bundle)];
}

function reserved(bundle: Bundle): readonly Problem[] {
  return BUILT_IN_ACTIONS.filter((name) => Object.hasOwn(bundle.actions ?? {}, name)).map(
    (name) => {
      const path = pointer("actions", name);
      const message = `The custom action "${name}" has the name of a built-in action.`;
      const hint = "Remove it from actions: every bundle has this action.";
      return problem({ code: "reserved-action", path, message, hint });
    },
  );
}

function applyTo(bundle: Bundle): readonly Problem[] {
  const { parameters = {}, credentials = {}, outputs = {} } = bundle;
  const kinds: Record<string, Record<string, Applicable>> = { parameters, credentials, outputs };
  return Object.entries(kinds).flatMap(([kind, items]) =>
    Object.entries(items).flatMap(([name, item]) => strangers(bundle, pointer(kind, name), item)),
  );
}

interface Applicable {
  readonly applyTo?: readonly string[] | undefined;
}

function strangers(bundle: Bundle, at: string, item: Applicable): readonly Problem[] {
  const known = actionNames(bundle);
  return (item.applyTo ?? []).flatMap((action, index) => {
    if (known.includes(action)) return [];
    const path = `${at}/applyTo/${index}`;
    const message = `${path} names the action "${action}", which the bundle does not have.`;
    const hint = suggestion(action, known, "");
    return [warning({ code: "unknown-action", path, message, hint })];
  });
}
