import { BundleError, problem } from "../problem.ts";
import { Bundle } from "./schema.ts";
import { structureProblems } from "./structure.ts";

/**
 * Reads a bundle.json. Whoever needs its digest, or passes it on, keeps the bytes themselves.
 * Throws a `BundleError` when it is not UTF-8, not JSON, or not of a bundle's shape.
 */
export function parseBundle(document: Uint8Array | string): Bundle {
  const parsed = Bundle.safeParse(readJson(decode(document)));
  if (parsed.success) return parsed.data;
  throw new BundleError(structureProblems(parsed.error));
}

function decode(document: Uint8Array | string): string {
  if (typeof document === "string") return document;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(document);
  } catch (cause) {
    throw notJson("it is not UTF-8 text", cause);
  }
}

function readJson(document: string): unknown {
  try {
    return JSON.parse(document, keepOwnMembers);
  } catch (cause) {
    if (cause instanceof BundleError) throw cause;
    throw notJson(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** A member of this name would be lost, or worse, when the object is copied. */
function keepOwnMembers(key: string, value: unknown): unknown {
  if (key === "__proto__") throw notJson('it has a member named "__proto__"', undefined);
  return value;
}

function notJson(reason: string, cause: unknown): BundleError {
  const hint = "Check that this is the bundle.json of a CNAB bundle, complete and unchanged.";
  const message = `The bundle cannot be read: ${reason}.`;
  return new BundleError([problem({ code: "not-json", path: "", message, hint })], { cause });
}
