import type { Output, Parameter } from "./manifest.ts";

/** The JSON Schema of a parameter or an output, as it goes into bundle.json. */
export function definitionOf(item: Parameter | Output): Record<string, unknown> {
  const own: Record<string, unknown> = { ...item };
  for (const field of OWN_FIELDS) delete own[field];
  const present = Object.entries(own).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(present),
    ...(item.type === "file" ? { type: "string", contentEncoding: "base64" } : {}),
    ...(item.sensitive === true ? { writeOnly: true } : {}),
  };
}

/** What belongs to the manifest and not to JSON Schema. */
const OWN_FIELDS = ["name", "sensitive", "source", "applyTo", "path", "env", "persistent"];
