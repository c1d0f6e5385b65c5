import type { Manifest } from "./manifest.ts";
import { delimitersOf } from "./render-node.ts";
import {
  type Delimiters,
  TemplateSyntaxError,
  type TemplateToken,
  parseTemplate,
} from "./template-engine.ts";

/** One use of a variable in a step. */
export interface VariableUse {
  readonly variable: string;
  readonly action: string;
  /** Counted from 1. */
  readonly stepNumber: number;
}

/** Every variable that the steps name, in order, repeats included. */
export function usedVariables(manifest: Manifest): readonly VariableUse[] {
  const delimiters = delimitersOf(manifest);
  return [...manifest.actions].flatMap(([action, steps]) =>
    steps.flatMap(({ input }, index) =>
      variablesIn(input, delimiters).map((variable) => ({
        variable,
        action,
        stepNumber: index + 1,
      })),
    ),
  );
}

/** The declared outputs that some step takes from an earlier step or an earlier action. */
export function wiredOutputs(manifest: Manifest): readonly string[] {
  const used = new Set(usedVariables(manifest).map(({ variable }) => variable));
  return manifest.outputs
    .map(({ name }) => name)
    .filter((name) =>
      [...used].some((variable) => isOrIsBelow(variable, `bundle.outputs.${name}`)),
    );
}

/** Whether `variable` is `name` or a member of it. */
export function isOrIsBelow(variable: string, name: string): boolean {
  return variable === name || variable.startsWith(`${name}.`);
}

function variablesIn(node: unknown, delimiters: Delimiters): string[] {
  if (typeof node === "string") {
    return node.includes(delimiters[0]) ? namesIn(safeParse(node, delimiters)) : [];
  }
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => [
    ...(Array.isArray(node) ? [] : variablesIn(key, delimiters)),
    ...variablesIn(value, delimiters),
  ]);
}

/** What cannot be read fails when its step runs, with its place; it names no variable. */
function safeParse(text: string, delimiters: Delimiters): readonly TemplateToken[] {
  try {
    return parseTemplate(text, delimiters);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) return [];
    throw error;
  }
}

function namesIn(tokens: readonly TemplateToken[]): string[] {
  return tokens.flatMap(([kind, name, , , nested]) => {
    if (kind === "text" || kind === "!" || kind === "=") return [];
    return [name, ...(isTokens(nested) ? namesIn(nested) : [])];
  });
}

function isTokens(value: unknown): value is readonly TemplateToken[] {
  return Array.isArray(value) && value.every(Array.isArray);
}
