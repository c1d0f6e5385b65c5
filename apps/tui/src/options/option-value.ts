import { checkValue } from "../state/form/check-value.ts";

export type Schema = Readonly<Record<string, unknown>>;

/** What an option takes, as a form tells them apart. `any`: JSON, or else text. */
export type OptionType = "string" | "integer" | "number" | "boolean" | "array" | "object" | "any";

const TYPES: ReadonlySet<unknown> = new Set([
  "string",
  "integer",
  "number",
  "boolean",
  "array",
  "object",
]);

export function typeOf({ type }: Schema): OptionType {
  const first: unknown = Array.isArray(type) ? type.find((one) => one !== "null") : type;
  // Membership in the set says so.
  return TYPES.has(first) ? (first as OptionType) : "any";
}

/** The values that an option may have, as text; none: it is free. */
export function choicesOf(schema: Schema): readonly string[] {
  const { const: only, enum: choices } = schema;
  if (Array.isArray(choices)) return choices.map(textOfOption);
  if (only !== undefined) return [textOfOption(only)];
  return typeOf(schema) === "boolean" ? ["true", "false"] : [];
}

/** A value as it is typed: lists and maps with commas between where nothing in them has one, else JSON. */
export function textOfOption(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.length > 0 && value.every(isSimple)) return value.join(", ");
  if (isObject(value) && Object.keys(value).length > 0) {
    const entries = Object.entries(value);
    const isPlain = entries.every(([name, one]) => isSimple(name) && isSimple(one));
    if (isPlain) return entries.map(([name, one]) => `${name}=${String(one)}`).join(", ");
  }
  return JSON.stringify(value) ?? "";
}

/** The value that a text stands for. One that does not fit is given as it is: `checkOption` says what is wrong. */
export function valueOfText(schema: Schema, text: string): unknown {
  const choices = schema["enum"];
  if (Array.isArray(choices)) return choices.find((one) => textOfOption(one) === text) ?? text;
  switch (typeOf(schema)) {
    case "integer":
    case "number":
      return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text;
    case "array":
      return jsonOf(text) ?? parts(text).map((part) => valueOfText(itemsOf(schema), part));
    case "object":
      return jsonOf(text) ?? mapOf(schema, text);
    case "any":
      return jsonOf(text) ?? text;
    case "string":
      return text;
  }
}

/** What is wrong with a text as that option, in a few words; the daemon has the last word. */
export function checkOption(schema: Schema, text: string): string | undefined {
  const type = typeOf(schema);
  if (type === "array") return checkList(schema, text);
  if (type === "object") return checkMap(schema, text);
  return checkValue(type, schema, text);
}

function checkList(schema: Schema, text: string): string | undefined {
  const value = valueOfText(schema, text);
  if (!Array.isArray(value)) return "a list";
  const { minItems, maxItems } = schema;
  if (typeof minItems === "number" && value.length < minItems)
    return `at least ${minItems} of them`;
  if (typeof maxItems === "number" && value.length > maxItems) return `at most ${maxItems} of them`;
  return firstWrong(
    value.map((one): [string, unknown] => [textOfOption(one), one]),
    itemsOf(schema),
  );
}

function checkMap(schema: Schema, text: string): string | undefined {
  if (text.trimStart().startsWith("{")) return isObject(jsonOf(text)) ? undefined : "a JSON object";
  const nameless = parts(text).find((part) => part.indexOf("=") < 1);
  if (nameless !== undefined) return "NAME=VALUE, more with commas between";
  return firstWrong(Object.entries(mapOf(schema, text)), valuesOf(schema));
}

function firstWrong(
  values: readonly (readonly [name: string, value: unknown])[],
  schema: Schema,
): string | undefined {
  for (const [name, value] of values) {
    const problem = checkOption(schema, textOfOption(value));
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
}

function mapOf(schema: Schema, text: string): Readonly<Record<string, unknown>> {
  const entries = parts(text).map((part): [string, unknown] => {
    const at = part.indexOf("=");
    return [part.slice(0, at).trim(), valueOfText(valuesOf(schema), part.slice(at + 1).trim())];
  });
  return Object.fromEntries(entries);
}

function itemsOf({ items }: Schema): Schema {
  return isObject(items) ? items : {};
}

function valuesOf({ additionalProperties }: Schema): Schema {
  return isObject(additionalProperties) ? additionalProperties : {};
}

function parts(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function isSimple(value: unknown): boolean {
  const isScalar = typeof value === "string" || typeof value === "number";
  return isScalar && value !== "" && !/[,=[\]{}"]|^\s|\s$/.test(String(value));
}

/** `undefined`: the text is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
