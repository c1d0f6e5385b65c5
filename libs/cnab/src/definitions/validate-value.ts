import type { Definition } from "../bundle/schema.ts";
import { isRecord } from "../json/json-value.ts";
import { BundleError, problem } from "../problem.ts";
import { compile, type ErrorObject } from "./definition-ajv.ts";
import { isSensitive } from "./definition.ts";

/**
 * What is wrong with `value`, as sentence parts such as `expected integer, found "many"`; empty when it fits
 * the definition. Says nothing of the value, or of names inside it, when the definition is sensitive.
 */
export function faultsOf(definition: Definition, value: unknown): readonly string[] {
  const hidden = isSensitive(definition);
  const faults = errorsOf(definition, value).map((error) => describe(error, value, hidden));
  return [...new Set(faults)];
}

/** A definition that does not compile, or that refers to itself without end, is the bundle's fault. */
function errorsOf(definition: Definition, value: unknown): readonly ErrorObject[] {
  try {
    const validate = compile(definition);
    return validate(value) ? [] : (validate.errors ?? []);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `A definition of the bundle cannot be used: ${reason}.`;
    const hint = "Check its keywords, patterns and references.";
    const found = problem({ code: "definition-invalid", path: "/definitions", message, hint });
    throw new BundleError([found], { cause });
  }
}

/** Why `definition` is no valid JSON Schema draft 7; `undefined` when it is. */
export function definitionFault(definition: Definition): string | undefined {
  try {
    compile(definition);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function describe(error: ErrorObject, value: unknown, hidden: boolean): string {
  const expected = `expected ${expectation(error, hidden)}`;
  if (hidden) return `${expected}, found a value that is not shown`;
  const where = error.instancePath === "" ? "" : ` at ${error.instancePath}`;
  return `${expected}${where}, found ${shown(at(value, error.instancePath))}`;
}

function expectation({ keyword, params, message }: ErrorObject, hidden: boolean): string {
  if (keyword === "type") return [params["type"]].flat().join(" or ");
  if (keyword === "enum") return `one of ${JSON.stringify(params["allowedValues"])}`;
  if (keyword === "const") return JSON.stringify(params["allowedValue"]);
  if (keyword === "contentEncoding") return "base64 text";
  if (keyword === "additionalProperties" && !hidden) {
    return `no property "${String(params["additionalProperty"])}"`;
  }
  return `a value that ${message ?? "fits the definition"}`;
}

/** The part of `value` that a JSON pointer names. */
function at(value: unknown, path: string): unknown {
  const keys = path.split("/").slice(1);
  return keys.reduce<unknown>((found, key) => {
    const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(found)) return found[Number(name)];
    return isRecord(found) ? found[name] : undefined;
  }, value);
}

const LONGEST = 80;

/** A value as JSON, short enough for one line. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json;
}
