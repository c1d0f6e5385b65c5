import type { ConfigEntry } from "@gantry/protocol";
import type { ReadConfig } from "./config.ts";
import type { Path } from "./config-document.ts";

/** Settings that have a default. */
const DEFAULTED = ["failOver", "policy", "prefer"] as const;

/** Every setting by its key, in the order of the file; what the file does not say, by its default. */
export function entriesOf(read: ReadConfig): ConfigEntry[] {
  const { config } = read;
  const { revocations, trustedRoot, secrets } = config;
  const endpoints = config.endpoints.flatMap(({ name, options, ...fields }, index) => {
    const leaves = [...Object.entries(fields), ...leavesOf("options", options)];
    return leaves.map(([field, value]) =>
      entryOf(read, { key: `endpoints.${name}.${field}`, value }, [
        "endpoints",
        index,
        ...field.split("."),
      ]),
    );
  });
  return [
    ...DEFAULTED.map((key) => entryOf(read, { key, value: config[key] }, [key])),
    ...(trustedRoot === undefined
      ? []
      : [entryOf(read, { key: "trustedRoot", value: trustedRoot }, ["trustedRoot"])]),
    ...below(read, ["revocations"], revocations ?? {}),
    ...Object.entries(secrets).flatMap(([name, where]) => below(read, ["secrets", name], where)),
    ...endpoints,
  ];
}

/** The settings of a map. */
function below(read: ReadConfig, path: readonly string[], fields: object): ConfigEntry[] {
  return Object.entries(fields).map(([field, value]) => {
    const at = [...path, field];
    return entryOf(read, { key: at.join("."), value }, at);
  });
}

interface Setting {
  readonly key: string;
  readonly value: unknown;
}

function entryOf({ document }: ReadConfig, { key, value }: Setting, path: Path): ConfigEntry {
  const place = document.has(path) ? { place: document.place(path) } : {};
  return { key, value: toJson(value), ...place };
}

function leavesOf(prefix: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[prefix, value]];
  return Object.entries(value).flatMap(([name, part]) => leavesOf(`${prefix}.${name}`, part));
}

export function toJson(value: unknown): ConfigEntry["value"] {
  // What YAML reads may hold dates and the like; what JSON.parse gives is JSON.
  return JSON.parse(JSON.stringify(value ?? null)) as ConfigEntry["value"];
}
