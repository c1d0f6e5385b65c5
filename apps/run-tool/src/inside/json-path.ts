import { JSONPath } from "jsonpath-plus";
import { RunError } from "./run-error.ts";

declare global {
  // In the runtime since Node 22, not yet in TypeScript's library.
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): unknown;
  }
}

/**
 * What a JSONPath finds in JSON text: text as it is, everything else as JSON with its numbers written as they were.
 * A path that may find several things gives a list. Throws a `RunError`.
 */
export function findInJson(expression: string, text: string): string {
  if (text.trim() === "") return "";
  const json = parse(text, expression);
  const pointers = search(expression, json);
  if (isDefinite(expression)) {
    const [only] = pointers;
    if (only === undefined) throw notFound(expression);
    return render(only, json, text);
  }
  const literal = parseLiteral(text);
  return JSON.stringify(pointers.map((pointer) => at(literal, pointer)));
}

function render(pointer: string, json: unknown, text: string): string {
  const value = at(json, pointer);
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || value === null) return String(value);
  return JSON.stringify(at(parseLiteral(text), pointer));
}

function parse(text: string, expression: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (cause) {
    throw new RunError(
      `what the command printed is not JSON, so "${expression}" cannot be looked up`,
      {
        cause,
        hint: "Print nothing but JSON on stdout; progress belongs on stderr.",
      },
    );
  }
}

/** Numbers that JavaScript would write in another way keep their text. */
function parseLiteral(text: string): unknown {
  return JSON.parse(
    text,
    (_key: string, item: unknown, { source }: { readonly source?: string }) =>
      typeof item !== "number" || source === undefined || String(item) === source
        ? item
        : JSON.rawJSON(source),
  );
}

function search(expression: string, json: unknown): string[] {
  try {
    const found: unknown = JSONPath({
      path: expression,
      json: typeof json === "object" && json !== null ? json : [json],
      resultType: "pointer",
      eval: "safe",
    });
    return Array.isArray(found) ? found.map(String) : [];
  } catch (cause) {
    throw new RunError(`"${expression}" is not a valid JSONPath`, {
      cause,
      hint: "It looks like $.user.name or $.items[0].id.",
    });
  }
}

const MANY = new Set(["*", "..", "^"]);

function isDefinite(expression: string): boolean {
  return JSONPath.toPathArray(expression).every(
    (part) => !MANY.has(part) && !/^\??\(|[,:]/.test(part),
  );
}

function at(value: unknown, pointer: string): unknown {
  const keys = pointer.split("/").slice(1);
  return keys.reduce<unknown>((found, key) => {
    if (typeof found !== "object" || found === null) return undefined;
    return Reflect.get(found, key.replaceAll("~1", "/").replaceAll("~0", "~"));
  }, value);
}

function notFound(expression: string): RunError {
  return new RunError(`"${expression}" finds nothing in what the command printed`, {
    hint: "Check the path against the command's output.",
  });
}
