import { nearest } from "@gantry/cnab";
import * as z from "zod";
import type { ManifestProblem } from "./problem.ts";
import { type ManifestFields, manifestSchema } from "./schema.ts";
import { describeValue, valueAt } from "./value.ts";
import type { YamlPath, YamlSource } from "./yaml-source.ts";

type Issue = z.core.$ZodIssue;

/** Checks the shape of a manifest; `undefined` fields mean that problems were found. */
export function checkFields(
  data: Readonly<Record<string, unknown>>,
  source: YamlSource,
): { readonly fields?: ManifestFields; readonly problems: readonly ManifestProblem[] } {
  const result = manifestSchema.safeParse(data, { reportInput: false });
  if (result.success) return { fields: result.data, problems: [] };
  const problems = result.error.issues.flatMap((issue) => toProblems(issue, data, source));
  return { problems };
}

function toProblems(issue: Issue, data: unknown, source: YamlSource): ManifestProblem[] {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const found = describeValue(valueAt(data, path));
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownField(path, key, source));
    case "invalid_type":
      return [
        found === "nothing"
          ? missing(path, source)
          : source.problem(path, {
              message: `${label(path)} has the wrong type`,
              expected: EXPECTED[issue.expected] ?? issue.expected,
              found,
              ...quoteHint(issue.expected, valueAt(data, path)),
            }),
      ];
    case "invalid_value":
      return [wrongChoice(path, issue.values.map(String), { data, source })];
    case "too_small":
      return [
        source.problem(path, { message: `${label(path)} must not be ${limit(issue)}`, found }),
      ];
    default:
      return [source.problem(path, { message: `${label(path)}: ${issue.message}`, found })];
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

function limit(issue: { origin: string; minimum: number | bigint }): string {
  return issue.origin === "string" ? "empty" : `less than ${issue.minimum}`;
}

function quoteHint(expected: string, value: unknown): { hint?: string } {
  const isScalar = typeof value === "number" || typeof value === "boolean";
  return expected === "string" && isScalar ? { hint: `put it in quotes: "${value}"` } : {};
}

function missing(path: YamlPath, source: YamlSource): ManifestProblem {
  const field = path.at(-1);
  const above = path.slice(0, -1);
  const where = above.length === 0 ? "the manifest" : label(above);
  return source.problem(above, {
    message: `${where} has no "${field}"`,
    expected: `the field "${field}"`,
    hint: `add \`${field}:\``,
  });
}

function wrongChoice(
  path: YamlPath,
  choices: readonly string[],
  { data, source }: { data: unknown; source: YamlSource },
): ManifestProblem {
  const value = valueAt(data, path);
  const near = nearest(String(value), choices);
  return source.problem(path, {
    message: `${label(path)} has a value that is not known`,
    expected: `one of ${choices.join(", ")}`,
    found: describeValue(value),
    ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
  });
}

function unknownField(path: YamlPath, key: string, source: YamlSource): ManifestProblem {
  const known = knownFields(path);
  const near = nearest(key, known);
  return source.problem(
    [...path, key],
    {
      message: `unknown field "${key}" in ${path.length === 0 ? "the manifest" : label(path)}`,
      found: `"${key}"`,
      ...(near === undefined
        ? { expected: `one of ${known.join(", ")}`, hint: "remove it" }
        : { hint: `did you mean "${near}"?` }),
    },
    "key",
  );
}

/** The names that the schema has at `path`. */
function knownFields(path: YamlPath): readonly string[] {
  let schema: unknown = manifestSchema;
  for (const step of path) schema = below(bare(schema), step);
  const object = bare(schema);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function below(schema: unknown, step: string | number): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[step];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

function bare(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}

/** A path as people write it: `parameters[0].type`. */
export function label(path: YamlPath): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}
