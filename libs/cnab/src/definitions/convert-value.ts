import type { Definition } from "../bundle/schema.ts";
import { isRecord, type JsonValue, member } from "../json/json-value.ts";
import { InputError, problem } from "../problem.ts";
import { isSensitive, keyword, typesOf } from "./definition.ts";
import { faultsOf, shown } from "./validate-value.ts";

/** What is converted, as an error should call it, such as `parameter "port"`. */
export interface ConvertOptions {
  readonly subject?: string;
}

/**
 * Turns what a user wrote into a value of the definition's type: numbers and booleans from their text,
 * objects and lists from JSON; of several types the first that fits. The bytes of a file become base64 where
 * the definition asks for it, otherwise they are read as UTF-8 text. Converts only: `resolveParameters`
 * validates. Throws an `InputError` that says what was found and what was expected.
 */
export function convertValue(
  definition: Definition,
  source: string | Uint8Array,
  { subject = "value" }: ConvertOptions = {},
): JsonValue {
  if (typeof source === "string") return fromText(definition, source, subject);
  if (keyword(definition, "contentEncoding") === "base64")
    return Buffer.from(source).toString("base64");
  return fromText(definition, textOf(source, subject), subject);
}

function fromText(definition: Definition, text: string, subject: string): JsonValue {
  const types = typesOf(definition);
  if (types.length === 0) return untyped(definition, text);
  for (const type of types) {
    const value = member(CONVERSIONS, type)?.(text);
    if (value !== undefined) return value;
  }
  const found = isSensitive(definition) ? "a value that is not shown" : shown(text);
  const message = `The ${subject} cannot be used: expected ${types.join(" or ")}, found ${found}.`;
  throw invalid(message, member(HINTS, types[0] ?? "") ?? "Give a value of that type.");
}

/** Without a type, JSON that the definition accepts is taken as such, anything else as text. */
function untyped(definition: Definition, text: string): JsonValue {
  const value = json(text);
  return value !== undefined && faultsOf(definition, value).length === 0 ? value : text;
}

const CONVERSIONS: Readonly<Record<string, (text: string) => JsonValue | undefined>> = {
  string: (text) => text,
  integer: (text) => safeInteger(/^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN),
  number: (text) => {
    const isDecimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text.trim());
    const value = Number(text);
    return isDecimal && Number.isFinite(value) ? value : undefined;
  },
  boolean: (text) => {
    const word = text.trim().toLowerCase();
    return word === "true" || word === "false" ? word === "true" : undefined;
  },
  object: (text) => only(json(text), isRecord),
  array: (text) => only(json(text), Array.isArray),
  null: (text) => (text === "" || text === "null" ? null : undefined),
};

const HINTS: Readonly<Record<string, string>> = {
  integer: "Give a whole number such as 8080.",
  number: "Give a number such as 1.5.",
  boolean: "Give true or false.",
  object: 'Give a JSON object such as {"key": "value"}.',
  array: 'Give a JSON list such as ["one", "two"].',
};

function safeInteger(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

function only(
  value: JsonValue | undefined,
  isWanted: (value: unknown) => boolean,
): JsonValue | undefined {
  return value !== undefined && isWanted(value) ? value : undefined;
}

/** The value of JSON text; `undefined` when it is not JSON. */
export function json(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function textOf(bytes: Uint8Array, subject: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const message = `The ${subject} cannot be used: expected UTF-8 text, found other bytes.`;
    throw invalid(message, "A definition with contentEncoding base64 can carry any file.");
  }
}

function invalid(message: string, hint: string): InputError {
  return new InputError([problem({ code: "invalid-value", path: "", message, hint })]);
}
