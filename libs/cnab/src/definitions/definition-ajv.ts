import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import type { Definition } from "../bundle/schema.ts";

/** Compiles a definition as JSON Schema draft 7. Throws what ajv throws when it is not one. */
export function compile(definition: Definition): ValidateFunction {
  if (typeof definition === "boolean") return engine().compile(definition);
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const validate = compileText(definition);
  compiled.set(definition, validate);
  return validate;
}

/** The same bundle is read again and again, each time into new objects. */
function compileText(definition: Exclude<Definition, boolean>): ValidateFunction {
  const text = JSON.stringify(definition);
  const known = compiledTexts.get(text);
  if (known !== undefined) return known;
  const validate = compileOnce({ ...definition });
  if ("$async" in validate) throw new AsynchronousDefinitionError();
  if (compiledTexts.size >= MOST_TEXTS) compiledTexts.clear();
  compiledTexts.set(text, validate);
  return validate;
}

/**
 * ajv would hold on to every schema it has seen, so it is told to forget each; without its id, since it would
 * forget any schema of that id with it, its own meta-schema too.
 */
function compileOnce(schema: Record<string, unknown>): ValidateFunction {
  try {
    return engine().compile(schema);
  } finally {
    delete schema["$id"];
    engine().removeSchema(schema);
  }
}

export type { ErrorObject };

/** `$async` would make every value pass until its promise is awaited, and is no part of draft 7. */
class AsynchronousDefinitionError extends Error {
  override readonly name = "AsynchronousDefinitionError";
  override readonly message = "$async is not supported";
}

const compiled = new WeakMap<object, ValidateFunction>();
const compiledTexts = new Map<string, ValidateFunction>();
const MOST_TEXTS = 500;
const engines: Ajv[] = [];

/** Made at first use: most programs that import this package validate nothing. */
function engine(): Ajv {
  const [made] = engines;
  if (made !== undefined) return made;
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    addUsedSchema: false,
    logger: false,
    code: { regExp: tolerantRegExp },
  });
  formats.default(ajv);
  ajv.removeKeyword("contentEncoding");
  ajv.addKeyword({ keyword: "contentEncoding", type: "string", validate: isEncoded });
  engines.push(ajv);
  return ajv;
}

/** ECMA-262 patterns that are valid only without the `u` flag are common in bundles. */
const tolerantRegExp = Object.assign(
  (pattern: string, flags: string) => {
    try {
      return new RegExp(pattern, flags);
    } catch {
      return new RegExp(pattern);
    }
  },
  { code: "new RegExp" },
);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Only base64 is asserted; draft 7 makes every other encoding an annotation. */
function isEncoded(encoding: unknown, value: string): boolean {
  return encoding !== "base64" || BASE64.test(value);
}
