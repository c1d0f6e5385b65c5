import type { Bundle, Definition } from "../bundle/schema.ts";
import { isRecord, member, pointer } from "../json/json-value.ts";
import { suggestion } from "../nearest.ts";
import { BundleError, problem } from "../problem.ts";

/** The JSON Schema of a parameter or an output. Throws a `BundleError` when the bundle lacks it. */
export function definitionOf(bundle: Bundle, item: { readonly definition: string }): Definition {
  const found = member(bundle.definitions, item.definition);
  if (found !== undefined) return found;
  throw new BundleError([missingDefinition(bundle, item.definition, "")]);
}

/** The problem of naming a definition that the bundle does not have. */
export function missingDefinition(bundle: Bundle, name: string, path: string) {
  const message = `The bundle "${bundle.name}" has no definition "${name}"${path && ` (named at ${path})`}.`;
  const hint = suggestion(name, Object.keys(bundle.definitions ?? {}), "Add it to `definitions`.");
  const at = path === "" ? pointer("definitions", name) : path;
  return problem({ code: "definition-missing", path: at, message, hint });
}

/**
 * Whether values of this definition must never be printed or logged: `writeOnly` here or, for an
 * object or a list, anywhere inside.
 */
export function isSensitive(definition: Definition): boolean {
  return hasWriteOnly(definition);
}

function hasWriteOnly(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(hasWriteOnly);
  if (!isRecord(schema)) return false;
  return schema["writeOnly"] === true || Object.values(schema).some(hasWriteOnly);
}

/** The types that the definition names, in its order; empty when it names none. */
export function typesOf(definition: Definition): readonly string[] {
  const type = definition === true || definition === false ? undefined : definition["type"];
  if (typeof type === "string") return [type];
  return Array.isArray(type) ? type.filter((item) => typeof item === "string") : [];
}

/** A keyword's value; `undefined` for a boolean schema or an absent keyword. */
export function keyword(definition: Definition, name: string): unknown {
  return typeof definition === "boolean" ? undefined : member(definition, name);
}
