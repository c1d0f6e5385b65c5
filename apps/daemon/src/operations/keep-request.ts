import { type Bundle, definitionOf, isSensitive } from "@gantry/cnab";
import type { BuildOptions, BundleSource, KeptRequest, RunOptions } from "@gantry/protocol";

/** Characters of a value that are kept: a longer one came from a file, and is read from it again. */
const LONGEST = 65_536;

export interface AskedRun {
  readonly kind: Exclude<KeptRequest["kind"], "build" | "publish">;
  readonly action: string;
  /** Of the installation. */
  readonly name: string;
  readonly options: RunOptions;
  readonly delete?: boolean;
}

/** What is kept of the request for a run. Until its bundle is known, any parameter may be a secret. */
export function keptRun(asked: AskedRun, bundle: Bundle | undefined): KeptRequest {
  const { kind, action, name, options } = asked;
  const { source, driver, cwd, namespace, parameters, credentials } = options;
  const kept = Object.entries(parameters).filter(
    ([parameter, given]) => isOpen(bundle, parameter) && isShort(given),
  );
  const names = new Set(kept.map(([parameter]) => parameter));
  const missing = Object.keys(parameters).filter((parameter) => !names.has(parameter));
  return {
    kind,
    source,
    cwd,
    namespace,
    installation: name,
    ...(driver === undefined ? {} : { driver }),
    ...(kind === "invoke" ? { action } : {}),
    parameters: Object.fromEntries(kept),
    delete: asked.delete ?? false,
    withheld: [...missing, ...Object.keys(credentials)],
  };
}

/** What is kept of the request for a build. */
export function keptBuild(source: BundleSource, options: BuildOptions): KeptRequest {
  const { secrets, ...build } = options;
  const { driver } = build;
  return {
    kind: "build",
    source,
    ...(driver === undefined ? {} : { driver }),
    parameters: {},
    delete: false,
    build: { ...build, secrets: [] },
    withheld: secrets.map(({ id }) => id),
  };
}

function isOpen(bundle: Bundle | undefined, name: string): boolean {
  const parameter = bundle?.parameters?.[name];
  return (
    bundle !== undefined && parameter !== undefined && !isSensitive(definitionOf(bundle, parameter))
  );
}

function isShort(given: RunOptions["parameters"][string]): boolean {
  if (given.kind === "file") return false;
  return (given.kind === "text" ? given.text : JSON.stringify(given.value)).length <= LONGEST;
}
