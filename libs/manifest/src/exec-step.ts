import { toText } from "./template-engine.ts";
import { isMapping } from "./value.ts";

/** Where an exec step takes an output from: exactly one of the three. */
export interface ExecOutput {
  readonly name: string;
  /** A file that the command writes. */
  readonly path?: string;
  /** A JSONPath into what the command prints. */
  readonly jsonPath?: string;
  /** A regular expression over what the command prints. */
  readonly regex?: string;
}

/** When a failed command counts as done. */
export interface IgnoreError {
  readonly all: boolean;
  readonly exitCodes: readonly number[];
  readonly contains: readonly string[];
  readonly regex: readonly string[];
}

/** What the exec mixin is asked to run. */
export interface ExecStep {
  readonly command: string;
  readonly dir?: string;
  readonly arguments: readonly string[];
  /** By name, sorted; null for a flag without value, a list to repeat it. */
  readonly flags: readonly (readonly [name: string, value: unknown])[];
  readonly suffixArguments: readonly string[];
  readonly envs: Readonly<Record<string, string>>;
  readonly suppressOutput: boolean;
  readonly outputs: readonly ExecOutput[];
  readonly ignoreError: IgnoreError;
}

type Input = Readonly<Record<string, unknown>>;

/** Reads a step that `execFaults` has nothing against, templates filled in or not. */
export function readExecStep(input: Input): ExecStep {
  return {
    command: toText(input["command"]),
    ...(input["dir"] === undefined || input["dir"] === null ? {} : { dir: toText(input["dir"]) }),
    arguments: texts(input["arguments"]),
    flags: Object.entries(map(input["flags"])).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    suffixArguments: texts(input["suffix-arguments"]),
    envs: Object.fromEntries(
      Object.entries(map(input["envs"])).map(([name, value]) => [name, toText(value)]),
    ),
    suppressOutput: input["suppress-output"] === true || input["suppress-output"] === "true",
    outputs: list(input["outputs"]).map(readOutput),
    ignoreError: readIgnoreError(map(input["ignoreError"])),
  };
}

function readOutput(item: unknown): ExecOutput {
  const { name, path, jsonPath, regex } = map(item);
  if (path !== undefined) return { name: toText(name), path: toText(path) };
  if (jsonPath !== undefined) return { name: toText(name), jsonPath: toText(jsonPath) };
  return { name: toText(name), regex: toText(regex) };
}

function readIgnoreError(input: Input): IgnoreError {
  const output = map(input["output"]);
  return {
    all: input["all"] === true || input["all"] === "true",
    exitCodes: list(input["exitCodes"]).map(Number),
    contains: texts(output["contains"]),
    regex: texts(output["regex"]),
  };
}

function texts(value: unknown): string[] {
  return list(value).map(toText);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function map(value: unknown): Input {
  return isMapping(value) ? value : {};
}
