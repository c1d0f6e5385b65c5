import { nearest } from "@gantry/cnab";
import type { ConfigEntry } from "@gantry/protocol";
import { Fault } from "../fault.ts";
import type { ReadConfig } from "./config.ts";
import type { ConfigDocument, Path } from "./config-document.ts";

/** Settings that are no endpoint's. */
const TOP = ["failOver", "policy", "prefer"] as const;
const FIELDS = ["command", "driver", "options"];

/** A key of a person's as a place in the file. */
export interface KeyPath {
  readonly path: Path;
  /** The endpoint that the key is about. */
  readonly endpoint?: string;
  /** There is no endpoint of that name yet. */
  readonly isNew: boolean;
}

/** Finds the place of a key: endpoints go by their name. Throws `not-found` for one that nobody knows. */
export function pathOf(document: ConfigDocument, key: string): KeyPath {
  const [top = "", endpoint, field, ...rest] = key.split(".");
  if ((TOP as readonly string[]).includes(top) && endpoint === undefined)
    return { path: [top], isNew: false };
  if (top !== "endpoints" || endpoint === undefined || endpoint === "") throw unknown(key);
  if (field !== undefined && !FIELDS.includes(field)) throw unknown(key, endpoint);
  const names = endpointsOf(document);
  const found = names.indexOf(endpoint);
  const index = found < 0 ? names.length : found;
  const path = ["endpoints", index, ...(field === undefined ? [] : [field]), ...rest];
  return { path, endpoint, isNew: found < 0 };
}

/** The endpoints' names in a file that need not be valid. */
function endpointsOf(document: ConfigDocument): readonly unknown[] {
  const data: unknown = document.data();
  const list = isObject(data) ? data["endpoints"] : undefined;
  return Array.isArray(list) ? list.map((one) => (isObject(one) ? one["name"] : undefined)) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Every setting by its key, in the order of the file; what the file does not say, by its default. */
export function entriesOf({ config, document }: ReadConfig): ConfigEntry[] {
  const top = TOP.map((key): ConfigEntry => {
    const place = document.has([key]) ? { place: document.place([key]) } : {};
    return { key, value: config[key], ...place };
  });
  const endpoints = config.endpoints.flatMap(({ name, options, ...fields }, index) => {
    const leaves = [...Object.entries(fields), ...leavesOf("options", options)];
    return leaves.map(([field, value]): ConfigEntry => {
      const place = document.place(["endpoints", index, ...field.split(".")]);
      return { key: `endpoints.${name}.${field}`, value: toJson(value), place };
    });
  });
  return [...top, ...endpoints];
}

function leavesOf(prefix: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[prefix, value]];
  return Object.entries(value).flatMap(([name, part]) => leavesOf(`${prefix}.${name}`, part));
}

function toJson(value: unknown): ConfigEntry["value"] {
  // What YAML reads may hold dates and the like; what JSON.parse gives is JSON.
  return JSON.parse(JSON.stringify(value ?? null)) as ConfigEntry["value"];
}

function unknown(key: string, endpoint = "NAME"): Fault {
  const keys = [...TOP, ...FIELDS.map((field) => `endpoints.${endpoint}.${field}`)];
  const near = nearest(key, keys);
  return new Fault("not-found", `There is no setting called ${key}.`, {
    hint: `${near === undefined ? "" : `Did you mean ${near}? `}Settings are ${keys.join(", ")}.`,
  });
}
