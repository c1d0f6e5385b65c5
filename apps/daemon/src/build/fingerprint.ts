import { canonicalJson, digestOf } from "@gantry/cnab";
import type { BuildOptions } from "@gantry/protocol";
import type { ContextFile } from "./context-files.ts";
import type { MixinFiles } from "./mixins.ts";
import type { Source } from "./source.ts";

/** Everything that decides what a build makes, by a name that a user understands. */
export type Inputs = Readonly<Record<string, string>>;

export interface FingerprintOptions {
  readonly source: Source;
  readonly files: readonly ContextFile[];
  readonly contexts: Readonly<Record<string, readonly ContextFile[]>>;
  readonly mixins: readonly MixinFiles[];
  readonly build: BuildOptions;
  readonly endpoint: string;
  readonly runtime: string;
  readonly version: string;
}

/** Names and digests of all inputs. Secrets count by their ids alone. */
export function inputsOf(options: FingerprintOptions): Inputs {
  const { source, build } = options;
  return {
    Gantry: options.version,
    "the run tool": options.runtime,
    "the driver": options.endpoint,
    "the manifest": digest(source.canonical),
    ".dockerignore": digest(source.ignore),
    ...(source.template === undefined
      ? {}
      : { [source.template.path]: digest(source.template.text) }),
    ...prefixed("", Object.fromEntries(options.files.map((file) => [file.path, file.digest]))),
    ...prefixed(
      "mixin ",
      Object.fromEntries(options.mixins.map((mixin) => [mixin.name, mixin.digest])),
    ),
    ...prefixed("build argument ", digests(build.buildArgs)),
    ...prefixed("label ", digests(build.labels)),
    ...prefixed("build context ", digests(options.contexts)),
    "the platform": build.platform ?? "",
    "the target": build.target ?? "",
    "the network": build.network,
    "the secrets": build.secrets.map(({ id }) => id).join(),
    "the ssh agents": build.ssh.map(({ id }) => id).join(),
  };
}

export function fingerprintOf(inputs: Inputs): string {
  return digestOf(Buffer.from(canonicalJson(inputs)));
}

/** The inputs that differ, in words; empty when none do. */
export function changes(before: Inputs, now: Inputs): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((name) => {
    if (before[name] === now[name]) return [];
    if (before[name] === undefined) return [`${name} is new`];
    return [now[name] === undefined ? `${name} is gone` : `${name} changed`];
  });
}

/** Why it was built, in words. */
export function causesOf(
  { force, noCache, pull }: BuildOptions,
  before: Inputs | undefined,
  now: Inputs,
): string[] {
  if (before === undefined) return ["it was never built before"];
  const asked = [force ? "--force" : "", noCache ? "--no-cache" : "", pull ? "--pull" : ""];
  const flags = asked.filter((flag) => flag !== "").map((flag) => `${flag} was given`);
  return [...flags, ...changes(before, now)];
}

function prefixed(prefix: string, values: Inputs): Inputs {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]),
  );
}

function digests(values: Readonly<Record<string, unknown>>): Inputs {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, digest(canonicalJson(value))]),
  );
}

function digest(value: string | Uint8Array): string {
  return digestOf(typeof value === "string" ? Buffer.from(value) : value);
}
