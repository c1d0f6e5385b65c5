import { nearest } from "@gantry/cnab";
import type { Finding } from "./yaml-source.ts";
import { describeValue, isMapping } from "./value.ts";

/** Something wrong in an exec step, at a path below `exec`. */
export interface ExecFault extends Finding {
  readonly at: readonly (string | number)[];
}

type Input = Readonly<Record<string, unknown>>;

const FIELDS = [
  "description",
  "command",
  "dir",
  "arguments",
  "flags",
  "suffix-arguments",
  "envs",
  "suppress-output",
  "outputs",
  "ignoreError",
];
const OUTPUT_KINDS = ["path", "jsonPath", "regex"] as const;
/** `sensitive` says nothing here: what the bundle declares counts. */
const OUTPUT_FIELDS = ["name", "sensitive", ...OUTPUT_KINDS];

/** What is wrong with the input of an exec step; empty when `readExecStep` will understand it. */
export function execFaults(input: Input): readonly ExecFault[] {
  return [
    ...unknownFields([], input, FIELDS),
    ...(input["command"] === undefined ? [missing([], "command")] : scalar(["command"], input)),
    ...scalar(["dir"], input),
    ...scalars("arguments", input["arguments"]),
    ...scalars("suffix-arguments", input["suffix-arguments"]),
    ...mapping(["flags"], input["flags"]),
    ...envFaults(input["envs"]),
    ...boolean(["suppress-output"], input["suppress-output"]),
    ...outputFaults(input["outputs"]),
    ...ignoreFaults(input["ignoreError"]),
  ];
}

function envFaults(value: unknown): ExecFault[] {
  return [
    ...mapping(["envs"], value),
    ...Object.keys(map(value)).flatMap((name) => scalar(["envs", name], { envs: value })),
  ];
}

function outputFaults(value: unknown): ExecFault[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [wrongType(["outputs"], "a list", value)];
  return value.flatMap((item: unknown, index): ExecFault[] => {
    const at = ["outputs", index];
    if (!isMapping(item)) return [wrongType(at, "a map", item)];
    const kinds = OUTPUT_KINDS.filter((kind) => item[kind] !== undefined);
    return [
      ...unknownFields(at, item, OUTPUT_FIELDS),
      ...(item["name"] === undefined
        ? [missing(at, "name")]
        : fileName([...at, "name"], item["name"])),
      ...(kinds.length === 1
        ? []
        : [
            {
              at,
              message: "an output is taken from exactly one place",
              expected: `one of ${OUTPUT_KINDS.join(", ")}`,
              found: kinds.length === 0 ? "none" : kinds.join(" and "),
            },
          ]),
    ];
  });
}

function ignoreFaults(value: unknown): ExecFault[] {
  const input = map(value);
  const output = map(input["output"]);
  return [
    ...mapping(["ignoreError"], value),
    ...unknownFields(["ignoreError"], input, ["all", "exitCodes", "output"]),
    ...boolean(["ignoreError", "all"], input["all"]),
    ...scalars("ignoreError.exitCodes", input["exitCodes"]),
    ...mapping(["ignoreError", "output"], input["output"]),
    ...unknownFields(["ignoreError", "output"], output, ["contains", "regex"]),
    ...scalars("ignoreError.output.contains", output["contains"]),
    ...scalars("ignoreError.output.regex", output["regex"]),
  ];
}

function unknownFields(
  at: readonly (string | number)[],
  input: Input,
  known: readonly string[],
): ExecFault[] {
  return Object.keys(input)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known);
      return {
        at: [...at, key],
        message: `unknown field "${key}" in an exec step`,
        expected: `one of ${known.join(", ")}`,
        found: `"${key}"`,
        hint: near === undefined ? "remove it" : `did you mean "${near}"?`,
      };
    });
}

function missing(at: readonly (string | number)[], field: string): ExecFault {
  return { at, message: `an exec step needs "${field}"`, hint: `add \`${field}:\`` };
}

function wrongType(at: readonly (string | number)[], expected: string, value: unknown): ExecFault {
  return {
    at,
    message: `${at.join(".")} of an exec step has the wrong type`,
    expected,
    found: describeValue(value),
  };
}

function scalar(at: readonly [string, ...string[]], input: Input): ExecFault[] {
  const value = at.reduce<unknown>((found, key) => map(found)[key], input);
  return typeof value === "object" && value !== null ? [wrongType(at, "text", value)] : [];
}

function fileName(at: readonly (string | number)[], value: unknown): ExecFault[] {
  const isName = typeof value === "string" && value !== "" && !/[/\0]|^\.\.?$/.test(value);
  return isName ? [] : [wrongType(at, "a name without `/`", value)];
}

function scalars(field: string, value: unknown): ExecFault[] {
  const at = field.split(".");
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [wrongType(at, "a list", value)];
  return value.flatMap((item: unknown, index) =>
    typeof item === "object" ? [wrongType([...at, index], "text", item)] : [],
  );
}

function mapping(at: readonly string[], value: unknown): ExecFault[] {
  const isFine = value === undefined || value === null || isMapping(value);
  return isFine ? [] : [wrongType(at, "a map", value)];
}

/** A template may stand for the value. */
function boolean(at: readonly string[], value: unknown): ExecFault[] {
  const isFine = value === undefined || typeof value === "boolean" || typeof value === "string";
  return isFine ? [] : [wrongType(at, "true or false", value)];
}

function map(value: unknown): Input {
  return isMapping(value) ? value : {};
}
