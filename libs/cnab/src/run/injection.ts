import type { Bundle } from "../bundle/schema.ts";
import type { Claim } from "../claims/claim.ts";
import { definitionOf, isSensitive } from "../definitions/definition.ts";
import { type Destination, destinationsOf } from "../inputs/destinations.ts";
import { CNAB_PATHS } from "../inputs/place.ts";
import { type JsonValue, member } from "../json/json-value.ts";
import { InputError, type Problem, problem, refuse } from "../problem.ts";
import { render } from "./render.ts";

/** One run, as far as the invocation image is told of it. */
export interface InjectionRequest {
  readonly bundle: Bundle;
  /** The bundle.json as it was received: the image gets these very bytes. */
  readonly bundleBytes: Uint8Array;
  readonly action: string;
  readonly installation: string;
  readonly revision: string;
  /** `values` of `resolveParameters`. */
  readonly parameters: Readonly<Record<string, JsonValue>>;
  /** `values` of `checkCredentials`. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Absent for a run that is not recorded. */
  readonly claim?: Claim | undefined;
  /** Original reference to relocated reference of each image. */
  readonly relocation?: Readonly<Record<string, string>> | undefined;
  /** Instead of the bundle's own images, for the image map of bundles older than CNAB 1.0. */
  readonly images?: Bundle["images"];
}

/** An environment variable of the invocation image. */
export interface InjectedVariable {
  readonly name: string;
  readonly value: string;
  /** Never to be printed or logged. */
  readonly sensitive: boolean;
}

/** A file that is there before the run tool starts, and gone after. */
export interface InjectedFile {
  /** Absolute and normalised: nothing in it climbs. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly sensitive: boolean;
  /** When the image has the path already: an input must not hide a file (CNAB Core 101), CNAB's own files replace it. */
  readonly existing: "refuse" | "replace";
}

/** Everything that a runtime puts into the invocation image; no name or path occurs twice. */
export interface Injection {
  readonly environment: readonly InjectedVariable[];
  readonly files: readonly InjectedFile[];
}

/**
 * What the invocation image is given (CNAB Core 103): the CNAB variables and files, and each parameter and credential
 * of the action at its destinations; a parameter without a value is the empty string. Throws an `InputError` when two
 * inputs share a destination, one belongs to CNAB itself, a path climbs out, or a variable cannot hold its value.
 */
export function injectionFor(request: InjectionRequest): Injection {
  const { destinations, problems } = destinationsOf(request.bundle, request.action);
  const filled = destinations.flatMap((destination) => fill(request, destination));
  const variables = filled.filter(({ via }) => via === "env");
  refuse([...problems, ...variables.flatMap(unfit)], InputError);
  return {
    environment: [
      ...cnabVariables(request),
      ...variables.map(({ target, value, sensitive }) => ({ name: target, value, sensitive })),
    ],
    files: [
      ...cnabFiles(request),
      ...filled
        .filter(({ via }) => via === "path")
        .map(({ target, value, sensitive }) =>
          file(target, value, { sensitive, existing: "refuse" }),
        ),
    ],
  };
}

interface Filled extends Destination {
  readonly value: string;
  readonly sensitive: boolean;
}

/** Optional credentials that were not given go nowhere; optional parameters become empty strings. */
function fill(request: InjectionRequest, destination: Destination): readonly Filled[] {
  const { kind, name } = destination;
  if (kind === "credential") {
    const value = member(request.credentials, name);
    return value === undefined ? [] : [{ ...destination, value, sensitive: true }];
  }
  const parameter = member(request.bundle.parameters, name);
  if (parameter === undefined) return [];
  const sensitive = isSensitive(definitionOf(request.bundle, parameter));
  return [{ ...destination, value: render(member(request.parameters, name)), sensitive }];
}

/** What Linux takes for one `NAME=value` string, its end included. */
const LONGEST_VARIABLE = 131_072;

function unfit({ kind, name, path, target, value }: Filled): readonly Problem[] {
  const hint = `Let the ${kind} "${name}" go to a file: give it a path in the bundle instead of env.`;
  const reason = value.includes("\0")
    ? "contains a NUL character"
    : Buffer.byteLength(`${target}=${value}\0`) > LONGEST_VARIABLE && "is longer than 128 KiB";
  if (reason === false) return [];
  const message = `The ${kind} "${name}" ${reason}, which the environment variable "${target}" cannot hold.`;
  return [problem({ code: "invalid-value", path, message, hint })];
}

/** The version of CNAB Claims that the variable announces (CNAB Claims 400, "Environment Variables"). */
const CLAIMS_VERSION = "CNAB-Claims-1.0.0";

function cnabVariables(request: InjectionRequest): readonly InjectedVariable[] {
  const { bundle, claim } = request;
  const values = {
    CNAB_ACTION: request.action,
    CNAB_BUNDLE_NAME: bundle.name,
    CNAB_BUNDLE_VERSION: bundle.version,
    CNAB_INSTALLATION_NAME: request.installation,
    CNAB_REVISION: request.revision,
    ...(claim === undefined ? {} : { CNAB_CLAIMS_VERSION: CLAIMS_VERSION }),
  };
  return Object.entries(values).map(([name, value]) => ({ name, value, sensitive: false }));
}

function cnabFiles(request: InjectionRequest): readonly InjectedFile[] {
  const { bundle, bundleBytes, claim, relocation } = request;
  const images = JSON.stringify(request.images ?? bundle.images ?? {});
  return [
    { path: CNAB_PATHS.bundle, content: bundleBytes, ...OPEN },
    file(CNAB_PATHS.imageMap, images, OPEN),
    ...(claim === undefined
      ? []
      : [file(CNAB_PATHS.claim, JSON.stringify(claim), { ...OPEN, sensitive: true })]),
    ...(relocation === undefined || Object.keys(relocation).length === 0
      ? []
      : [file(CNAB_PATHS.relocation, JSON.stringify(relocation), OPEN)]),
  ];
}

type FileTraits = Pick<InjectedFile, "sensitive" | "existing">;

const OPEN: FileTraits = { sensitive: false, existing: "replace" };

function file(path: string, text: string, traits: FileTraits): InjectedFile {
  return { path, content: new TextEncoder().encode(text), ...traits };
}
