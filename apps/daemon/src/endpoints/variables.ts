import { parse } from "yaml";
import type { Environment } from "./endpoint.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Options of an endpoint that variables set: `GANTRY_ENDPOINT_BUILD_BOX_LOST_AFTER_SECONDS` is `lostAfterSeconds` of `build-box`. */
export function optionsFromVariables(
  endpoint: string,
  schema: Schema,
  environment: Environment,
): Readonly<Record<string, unknown>> {
  const { properties } = schema;
  if (typeof properties !== "object" || properties === null) return {};
  const set = Object.entries(properties).flatMap(([option, definition]: [string, unknown]) => {
    const value = environment[variableOf(endpoint, option)];
    return value === undefined || value === "" ? [] : [[option, valueOf(value, definition)]];
  });
  return Object.fromEntries(set) as Record<string, unknown>;
}

/** The variable that sets an option of an endpoint. */
export function variableOf(endpoint: string, option: string): string {
  return `GANTRY_ENDPOINT_${toUpper(endpoint)}_${toUpper(option)}`;
}

function toUpper(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]/g, "_")
    .toUpperCase();
}

/** A variable holds text: where the option is something else, the text is read as YAML. */
function valueOf(text: string, definition: unknown): unknown {
  const type = typeof definition === "object" && definition !== null && "type" in definition;
  if (!type || definition.type === "string") return text;
  try {
    return parse(text) as unknown;
  } catch {
    // Not what the schema asks for, which says so.
    return text;
  }
}
