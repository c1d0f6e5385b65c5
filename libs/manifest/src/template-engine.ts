import Mustache from "mustache";

/** A node of a parsed template: kind, name, and for a section its own nodes. */
export type TemplateToken = readonly [kind: string, name: string, ...rest: unknown[]];

export type Delimiters = readonly [open: string, close: string];

/** Everything a template may name. */
export type Scope = Readonly<Record<string, unknown>>;

/** The text cannot be read as a template. */
export class TemplateSyntaxError extends Error {
  override readonly name = "TemplateSyntaxError";
}

/** The template names something that the scope does not have. */
export class UnknownVariableError extends Error {
  override readonly name = "UnknownVariableError";
  readonly variable: string;

  constructor(variable: string) {
    super(`there is no variable "${variable}"`);
    this.variable = variable;
  }
}

/** Reads a template. Throws a `TemplateSyntaxError`. */
export function parseTemplate(text: string, [open, close]: Delimiters): readonly TemplateToken[] {
  try {
    const tokens: TemplateToken[] = Mustache.parse(text, [open, close]);
    return tokens;
  } catch (error) {
    throw new TemplateSyntaxError(error instanceof Error ? error.message : String(error));
  }
}

/** Replaces every tag by its value. Throws an `UnknownVariableError` or a `TemplateSyntaxError`. */
export function renderText(text: string, scope: Scope, [open, close]: Delimiters): string {
  parseTemplate(text, [open, close]);
  return new StrictWriter().render(text, new StrictContext(scope), undefined, {
    tags: [open, close],
    escape: toText,
  });
}

/** The value of a variable by its dotted name; `undefined` when there is none. */
export function lookUp(name: string, scope: unknown): unknown {
  if (name === ".") return scope;
  return longestFirst(name.split("."), scope);
}

/** Names may hold dots themselves (`env.a.b`), so the longest key that exists wins. */
function longestFirst(parts: readonly string[], value: unknown): unknown {
  if (parts.length === 0) return value;
  if (typeof value !== "object" || value === null) return undefined;
  for (let length = parts.length; length > 0; length -= 1) {
    const key = parts.slice(0, length).join(".");
    if (!Object.hasOwn(value, key)) continue;
    const found = longestFirst(parts.slice(length), Reflect.get(value, key));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value as it appears in the middle of other text: maps and lists as JSON, nothing for null. */
export function toText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** Finds own members only, and never calls what it finds. */
class StrictContext extends Mustache.Context {
  override push(view: unknown): StrictContext {
    return new StrictContext(view, this);
  }

  override lookup(name: string): unknown {
    const found = lookUp(name, this.view);
    return found === undefined ? this.parent?.lookup(name) : found;
  }
}

class StrictWriter extends Mustache.Writer {
  override escapedValue(token: string[], context: Mustache.Context): string {
    return this.unescapedValue(token, context);
  }

  override unescapedValue([, name = ""]: string[], context: Mustache.Context): string {
    const value: unknown = context.lookup(name);
    if (value === undefined) throw new UnknownVariableError(name);
    return toText(value);
  }

  override renderPartial([, name = ""]: string[]): string {
    throw new TemplateSyntaxError(`there are no partials, so "> ${name}" cannot be filled in`);
  }
}
