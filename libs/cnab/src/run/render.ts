import type { JsonValue } from "../json/json-value.ts";

/**
 * A value as the invocation image receives it (CNAB Core 103, "Setting Parameter Values"): strings raw, everything
 * else as compact JSON, and the empty string for no value.
 */
export function render(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
