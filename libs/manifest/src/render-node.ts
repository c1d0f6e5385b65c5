import type { Manifest } from "./manifest.ts";
import {
  type Delimiters,
  type Scope,
  TemplateSyntaxError,
  UnknownVariableError,
  lookUp,
  parseTemplate,
  renderText,
} from "./template-engine.ts";

export interface RenderOptions {
  readonly delimiters: Delimiters;
  /** What is rendered, as an error should call it: `step 2 of "install"`. */
  readonly where: string;
}

/** A template could not be filled in: where, what was found, and in `hint` what to try. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly hint: string;

  constructor(message: string, options: ErrorOptions & { readonly hint: string }) {
    super(message, options);
    this.hint = options.hint;
  }
}

/** `{{ }}` in manifests of 1.0.0-alpha.1, `${ }` in all later ones. */
export function delimitersOf({ schemaVersion }: Pick<Manifest, "schemaVersion">): Delimiters {
  return schemaVersion === "1.0.0-alpha.1" ? ["{{", "}}"] : ["${", "}"];
}

/**
 * Fills in the templates of a parsed value: in its texts and keys, however deep. A value that is put in can never
 * become structure. A text that is one variable and nothing else keeps a number or a boolean as it is; maps and
 * lists become JSON text. Throws a `TemplateError` that names the place and the variable.
 */
export function renderNode(node: unknown, scope: Scope, options: RenderOptions): unknown {
  if (typeof node === "string") return renderScalar(node, scope, options);
  if (Array.isArray(node)) return node.map((item) => renderNode(item, scope, options));
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [
    toKey(renderScalar(key, scope, options)),
    renderNode(value, scope, options),
  ]);
  return Object.fromEntries(entries);
}

function toKey(value: string | number | boolean): string {
  return String(value);
}

function renderScalar(text: string, scope: Scope, options: RenderOptions) {
  if (!text.includes(options.delimiters[0])) return text;
  try {
    const only = onlyVariable(text, options.delimiters);
    const value = only === undefined ? undefined : lookUp(only, scope);
    if (typeof value === "number" || typeof value === "boolean") return value;
    return renderText(text, scope, options.delimiters);
  } catch (error) {
    throw toTemplateError(error, text, options);
  }
}

/** The variable, when the whole text is one tag. */
function onlyVariable(text: string, delimiters: Delimiters): string | undefined {
  const [token, ...rest] = parseTemplate(text, delimiters);
  if (token === undefined || rest.length > 0) return undefined;
  const [kind, name] = token;
  return kind === "name" || kind === "&" || kind === "{" ? name : undefined;
}

function toTemplateError(error: unknown, text: string, options: RenderOptions): unknown {
  const [open, close] = options.delimiters;
  if (error instanceof UnknownVariableError) {
    return new TemplateError(`${options.where}: there is no variable "${error.variable}"`, {
      cause: error,
      hint: `Check the name. A shell variable inside ${open} ${close} has to be written without braces.`,
    });
  }
  if (error instanceof TemplateSyntaxError) {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    return new TemplateError(
      `${options.where}: "${shown}" is not a valid template: ${error.message}`,
      {
        cause: error,
        hint: `Close each ${open} with ${close}.`,
      },
    );
  }
  return error;
}
