import canonicalize from "canonicalize";
import { BundleError, problem } from "../problem.ts";

/**
 * The canonical form of a JSON value (RFC 8785): the one text whose bytes are hashed and signed.
 * Throws a `BundleError` for what JSON cannot carry: NaN, a cycle, half of a surrogate pair.
 */
export function canonicalJson(value: unknown): string {
  const text = attempt(value);
  if (text !== undefined) return text;
  throw notJson("there is nothing to write", undefined);
}

function attempt(value: unknown): string | undefined {
  try {
    return canonicalize(value);
  } catch (error) {
    throw notJson(error instanceof Error ? error.message : String(error), error);
  }
}

function notJson(reason: string, cause: unknown): BundleError {
  const hint = "Use only strings, finite numbers, booleans, null, arrays and plain objects.";
  const message = `The value has no canonical JSON form: ${reason}.`;
  return new BundleError([problem({ code: "not-json", path: "", message, hint })], { cause });
}
