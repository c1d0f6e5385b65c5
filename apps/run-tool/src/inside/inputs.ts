import { readFile, stat } from "node:fs/promises";
import {
  type Manifest,
  type Parameter,
  credentialDestination,
  parameterDestination,
} from "@gantry/manifest";
import { type Paths, inImage } from "./paths.ts";
import type { Secrets } from "./secrets.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the user gave to this action, as templates see it. */
export interface Inputs {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, string>>;
}

export interface InputOptions {
  readonly action: string;
  readonly paths: Paths;
  readonly env: Environment;
  /** Receives every sensitive value. */
  readonly secrets: Secrets;
}

/** Whether something with this `applyTo` is for `action`: none means all. */
export function appliesTo(
  item: { readonly applyTo?: readonly string[] | undefined },
  action: string,
) {
  return item.applyTo === undefined || item.applyTo.length === 0 || item.applyTo.includes(action);
}

/** Reads parameters and credentials from where the runtime has put them. */
export async function readInputs(manifest: Manifest, options: InputOptions): Promise<Inputs> {
  const { action, paths, env, secrets } = options;
  const parameters: Record<string, unknown> = {};
  for (const parameter of manifest.parameters.filter((item) => appliesTo(item, action))) {
    const destination = parameterDestination(parameter);
    parameters[parameter.name] = given(destination, options, parameter);
    if (parameter.sensitive === true || parameter.writeOnly === true) {
      await addSecret(destination, { paths, env, secrets });
      secrets.addAll(destination.env === undefined ? undefined : parameters[parameter.name]);
    }
  }
  const credentials: Record<string, string> = {};
  for (const credential of manifest.credentials.filter((item) => appliesTo(item, action))) {
    const destination = credentialDestination(credential);
    credentials[credential.name] =
      (destination.env === undefined ? undefined : env[destination.env]) ??
      (destination.path === undefined ? "" : inImage(paths, destination.path));
    await addSecret(destination, { paths, env, secrets });
  }
  return { parameters, credentials };
}

interface Place {
  readonly env?: string;
  readonly path?: string;
}

function given(place: Place, { paths, env }: InputOptions, parameter: Parameter): unknown {
  if (place.env !== undefined) return typedValue(parameter.type, env[place.env] ?? "");
  return place.path === undefined ? "" : inImage(paths, place.path);
}

const LONGEST_SECRET = 1024 * 1024;

async function addSecret(
  place: Place,
  { paths, env, secrets }: Pick<InputOptions, "paths" | "env" | "secrets">,
): Promise<void> {
  if (place.env !== undefined) secrets.add(env[place.env] ?? "");
  if (place.path !== undefined) await addSecretFile(inImage(paths, place.path), secrets);
}

/** A file that is absent holds no secret; one over 1 MiB is too long to look for. */
export async function addSecretFile(file: string, secrets: Secrets): Promise<void> {
  try {
    if ((await stat(file)).size <= LONGEST_SECRET) secrets.add(await readFile(file));
  } catch {
    // Nothing was given.
  }
}

/** A value as its type says: text stays text, everything else is JSON where it can be read as such. */
export function typedValue(type: string | undefined, text: string): unknown {
  if (type === undefined || type === "string" || type === "file" || text === "") return text;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
