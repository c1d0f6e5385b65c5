import { nearest } from "@gantry/cnab";
import { Fault } from "../fault.ts";
import type { ConfigDocument, Path } from "./config-document.ts";

/** Settings that are no endpoint's, and no secret. */
const WHOLE: readonly string[] = ["failOver", "policy", "prefer", "trustedRoot", "revocations"];
const REVOCATIONS = ["source", "key", "maxAgeDays"].map((field) => `revocations.${field}`);
const SECRET = /^secrets\.(?<name>.+?)(?:\.(?<field>path|env))?$/;
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
  if (WHOLE.includes(key) || REVOCATIONS.includes(key))
    return { path: key.split("."), isNew: false };
  const secret = secretPath(key);
  if (secret !== undefined) return { path: secret, isNew: false };
  if (top !== "endpoints" || endpoint === undefined || endpoint === "") throw unknown(key);
  if (field !== undefined && !FIELDS.includes(field)) throw unknown(key, endpoint);
  const names = endpointsOf(document);
  const found = names.indexOf(endpoint);
  const index = found < 0 ? names.length : found;
  const path = ["endpoints", index, ...(field === undefined ? [] : [field]), ...rest];
  return { path, endpoint, isNew: found < 0 };
}

/** Where a secret is; a secret's name may have dots. */
function secretPath(key: string): Path | undefined {
  const { name, field } = SECRET.exec(key)?.groups ?? {};
  if (name === undefined) return undefined;
  return ["secrets", name, ...(field === undefined ? [] : [field])];
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

function unknown(key: string, endpoint = "NAME"): Fault {
  const fields = FIELDS.map((field) => `endpoints.${endpoint}.${field}`);
  const keys = [...WHOLE, ...REVOCATIONS, "secrets.NAME.path", "secrets.NAME.env", ...fields];
  const near = nearest(key, keys);
  return new Fault("not-found", `There is no setting called ${key}.`, {
    hint: `${near === undefined ? "" : `Did you mean ${near}? `}Settings are ${keys.join(", ")}.`,
  });
}
