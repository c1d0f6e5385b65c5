import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type Bundle,
  checkCredentials,
  convertValue,
  type Definition,
  definitionOf,
  isSensitive,
  type JsonValue,
  resolveParameters,
} from "@gantry/cnab";
import type { GivenValue, RunOptions } from "@gantry/protocol";
import { Fault } from "../fault.ts";
import type { ClaimRow } from "../store/claims.ts";
import type { Outputs } from "../store/outputs.ts";
import { sourcedValues } from "./parameter-sources.ts";

type Values = Readonly<Record<string, JsonValue>>;

/** The inputs of one run, settled. */
export interface RunInputs {
  readonly parameters: Values;
  readonly overrides: Values;
  readonly credentials: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** Every value that must never be shown. */
  readonly secrets: readonly string[];
}

export interface InputRequest {
  readonly bundle: Bundle;
  readonly action: string;
  readonly options: RunOptions;
  readonly last: ClaimRow | undefined;
  readonly outputs: Outputs;
}

/** Settles parameters and credentials (CNAB Core 103). Throws `input-invalid` with every problem. */
export async function settleInputs(request: InputRequest): Promise<RunInputs> {
  const { bundle, action, options, last, outputs } = request;
  const supplied = await convertAll(bundle, options);
  const resolved = resolveParameters({
    bundle,
    action,
    supplied,
    previous: withoutDebug(last?.overrides),
    recorded: last?.parameters,
    sourced: last === undefined ? {} : sourcedValues(bundle, last.installationId, outputs),
  });
  const credentials = checkCredentials({ bundle, action, supplied: options.credentials });
  const sensitive = resolved.parameters
    .filter((one) => one.sensitive)
    .flatMap(({ value }) => textsOf(value));
  return {
    parameters: resolved.values,
    overrides: resolved.overrides,
    credentials: credentials.values,
    warnings: [...resolved.warnings, ...credentials.warnings].map(({ message }) => message),
    secrets: [...Object.values(credentials.values), ...sensitive].filter(
      (text) => text.trim() !== "",
    ),
  };
}

/** Porter's own parameter, set anew by each run. */
const DEBUG = "porter-debug";

function withoutDebug(values: Values | undefined): Values | undefined {
  if (values === undefined) return undefined;
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== DEBUG));
}

async function convertAll(bundle: Bundle, { parameters, debug, cwd }: RunOptions): Promise<Values> {
  const entries = Object.entries(parameters).map(async ([name, given]) => {
    const parameter = bundle.parameters?.[name];
    // An unknown name is reported with all other problems when the parameters are resolved.
    if (parameter === undefined) return [name, null] as const;
    return [name, await convert(definitionOf(bundle, parameter), given, { name, cwd })] as const;
  });
  const hasDebug = debug && bundle.parameters?.[DEBUG] !== undefined;
  return {
    ...Object.fromEntries(await Promise.all(entries)),
    ...(hasDebug ? { [DEBUG]: true } : {}),
  };
}

async function convert(
  definition: Definition,
  given: GivenValue,
  { name, cwd }: { readonly name: string; readonly cwd: string },
): Promise<JsonValue> {
  const subject = `parameter "${name}"`;
  if (given.kind === "json") return given.value;
  if (given.kind === "file")
    return convertValue(definition, Buffer.from(given.base64, "base64"), { subject });
  const file = fileNamedBy(definition, given.text);
  if (file === undefined) return convertValue(definition, given.text, { subject });
  return convertValue(definition, await readParameterFile(resolve(cwd, file), subject), {
    subject,
  });
}

/** A file parameter is given as a file's name, an object as `@NAME` or JSON. */
function fileNamedBy(definition: Definition, text: string): string | undefined {
  if (typeof definition !== "object") return undefined;
  if (definition["contentEncoding"] === "base64") return text;
  return definition["type"] === "object" && text.startsWith("@") ? text.slice(1) : undefined;
}

async function readParameterFile(file: string, subject: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Fault("input-invalid", `The file of ${subject} cannot be read: ${file}.`, {
      hint: "Name an existing file; relative names count from the directory where the command runs.",
      cause,
    });
  }
}

/** The texts by which a sensitive value could show up, also inside of objects. */
function textsOf(value: JsonValue): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return [JSON.stringify(value), ...Object.values(value).flatMap((item) => textsOf(item))];
}

/** The texts of recorded parameters that must never be shown. */
export function sensitiveTexts(bundle: Bundle, parameters: Values): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const parameter = bundle.parameters?.[name];
    return parameter !== undefined && isSensitive(definitionOf(bundle, parameter))
      ? textsOf(value)
      : [];
  });
}
