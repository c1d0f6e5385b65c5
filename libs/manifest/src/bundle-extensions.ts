import { wiringName } from "./bundle-parts.ts";
import type { Manifest } from "./manifest.ts";
import type { BundleStamp } from "./to-bundle.ts";
import { wiredOutputs } from "./variables.ts";

const FILE_PARAMETERS = "sh.porter.file-parameters";
const PARAMETER_SOURCES = "io.cnab.parameter-sources";

/** Short names that a manifest may use for extensions. */
const FULL_NAMES: Readonly<Record<string, string>> = {
  docker: "io.cnab.docker",
  "parameter-sources": PARAMETER_SOURCES,
  "file-parameters": FILE_PARAMETERS,
};

/** The extensions that a runtime has to know, Porter's own first, each once. */
export function requiredExtensions({ required }: Manifest): string[] {
  const own = [FILE_PARAMETERS, PARAMETER_SOURCES];
  return [...new Set([...own, ...required.map(({ name }) => fullName(name))])];
}

/** `custom`: the author's, then what the tools add. */
export function bundleCustom(manifest: Manifest, stamp: BundleStamp): Record<string, unknown> {
  return {
    ...manifest.custom,
    ...Object.fromEntries(
      manifest.required.map(({ name, config }) => [fullName(name), config ?? {}]),
    ),
    [FILE_PARAMETERS]: {},
    [PARAMETER_SOURCES]: parameterSources(manifest),
    "sh.porter": {
      ...stamp,
      preserveTags: stamp.preserveTags ?? false,
      manifest: Buffer.from(manifest.text).toString("base64"),
    },
  };
}

function fullName(name: string): string {
  return Object.hasOwn(FULL_NAMES, name) ? (FULL_NAMES[name] ?? name) : name;
}

function parameterSources(manifest: Manifest): Record<string, unknown> {
  const own = manifest.parameters.flatMap(({ name, source }): [string, string][] =>
    source?.output === undefined ? [] : [[name, source.output]],
  );
  const wired = wiredOutputs(manifest).map((name): [string, string] => [wiringName(name), name]);
  const all: [string, string][] = [...own, ...wired, ["porter-state", "porter-state"]];
  return Object.fromEntries(
    all.map(([parameter, name]) => [
      parameter,
      { priority: ["output"], sources: { output: { name } } },
    ]),
  );
}
