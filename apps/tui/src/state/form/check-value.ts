type Schema = Readonly<Record<string, unknown>>;

/** What is wrong with `text` as a value of that JSON Schema, in a few words; the daemon has the last word. */
export function checkValue(type: string, schema: Schema, text: string): string | undefined {
  const choices = schema["enum"];
  if (Array.isArray(choices)) {
    const words = choices.map(String);
    return words.includes(text) ? undefined : `one of ${words.join(", ")}`;
  }
  switch (type) {
    case "integer":
      return /^[+-]?\d+$/.test(text) ? checkNumber(schema, Number(text)) : "a whole number";
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text))
        ? checkNumber(schema, Number(text))
        : "a number";
    case "boolean":
      return /^(true|false)$/.test(text) ? undefined : "true or false";
    case "object":
      return text.startsWith("@") || isJson(text, "{") ? undefined : "a JSON object, or @FILE";
    case "array":
      return isJson(text, "[") ? undefined : "a JSON list";
    case "string":
      return checkText(schema, text);
    default:
      return undefined;
  }
}

const BOUNDS = [
  ["minimum", "at least", (value: number, bound: number) => value >= bound],
  ["maximum", "at most", (value: number, bound: number) => value <= bound],
  ["exclusiveMinimum", "more than", (value: number, bound: number) => value > bound],
  ["exclusiveMaximum", "less than", (value: number, bound: number) => value < bound],
] as const;

function checkNumber(schema: Schema, value: number): string | undefined {
  for (const [keyword, words, holds] of BOUNDS) {
    const bound = schema[keyword];
    if (typeof bound === "number" && !holds(value, bound)) return `${words} ${bound}`;
  }
  const step = schema["multipleOf"];
  if (typeof step === "number" && step > 0 && value % step !== 0) return `a multiple of ${step}`;
  return undefined;
}

function checkText(schema: Schema, text: string): string | undefined {
  const { minLength, maxLength, pattern } = schema;
  // JSON Schema counts code points.
  const { length } = Array.from(text);
  if (typeof minLength === "number" && length < minLength)
    return `at least ${minLength} characters`;
  if (typeof maxLength === "number" && length > maxLength) return `at most ${maxLength} characters`;
  if (isTaken(schema, text)) return "another name: this one is taken";
  if (typeof pattern !== "string") return undefined;
  return matches(pattern, text) === false ? `must match ${pattern}` : undefined;
}

function isTaken({ not }: Schema, text: string): boolean {
  const taken: unknown = typeof not === "object" && not !== null ? Reflect.get(not, "enum") : [];
  return Array.isArray(taken) && taken.includes(text);
}

/** `undefined`: the pattern is not one that this machine's regular expressions can read. */
function matches(pattern: string, text: string): boolean | undefined {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return undefined;
  }
}

function isJson(text: string, first: string): boolean {
  if (!text.trimStart().startsWith(first)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
