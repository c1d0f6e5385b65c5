import { type Problem, validateBundle } from "@gantry/cnab";
import { outputDefinitionName, parameterDefinitionName } from "./bundle-parts.ts";
import { label } from "./check-fields.ts";
import { execFaults } from "./exec-faults.ts";
import { Findings } from "./findings.ts";
import type { Manifest } from "./manifest.ts";
import { ManifestError } from "./problem.ts";
import { type ManifestLocation, readManifest } from "./read-manifest.ts";
import { toBundle } from "./to-bundle.ts";
import { YamlSource, type YamlPath } from "./yaml-source.ts";

/**
 * Reads and checks a porter.yaml completely: also that the bundle it makes is valid, each definition is JSON
 * Schema and each default fits its definition. Throws a `ManifestError` with everything that is wrong.
 */
export function parseManifest(text: string, location: ManifestLocation): Manifest {
  const manifest = readManifest(text, location);
  const findings = new Findings(new YamlSource(text, location.path));
  for (const problem of validateBundle(toBundle(manifest, PLACEHOLDER))) {
    const isRefused = problem.severity === "error" || problem.code === "default-invalid";
    if (isRefused) report(problem, manifest, findings);
  }
  checkExecSteps(manifest, findings);
  if (findings.problems.length > 0) throw new ManifestError(findings.problems);
  return manifest;
}

/** Stands for the image, which is not known before the build. */
const PLACEHOLDER = {
  image: "localhost/bundle",
  stamp: { manifestDigest: "", mixins: {}, version: "", commit: "" },
};

function report(problem: Problem, manifest: Manifest, findings: Findings): void {
  const [section = "", key = ""] = problem.path.split("/").slice(1).map(unescape);
  const item = itemAt(section, key, manifest);
  const path = item ?? (section === "" ? [] : [section, key]);
  const text = problem.message.replace(/\.$/, "");
  const isDefault = problem.code === "default-invalid";
  findings.refuse(isDefault ? [...path, "default"] : path, {
    message: item === undefined ? text : `${label(item)}: ${text}`,
    hint: problem.hint,
  });
}

function checkExecSteps({ actions }: Manifest, findings: Findings): void {
  for (const [action, steps] of actions) {
    for (const [index, step] of steps.entries()) {
      if (step.mixin !== "exec") continue;
      for (const { at, ...finding } of execFaults(step.input)) {
        findings.refuse([action, index, "exec", ...at], finding);
      }
    }
  }
}

function unescape(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Where in the manifest a part of the bundle comes from. */
function itemAt(section: string, key: string, manifest: Manifest): YamlPath | undefined {
  const { parameters, outputs, credentials } = manifest;
  switch (section) {
    case "definitions":
      return (
        indexed("parameters", parameters, (name) => parameterDefinitionName(name) === key) ??
        indexed("outputs", outputs, (name) => outputDefinitionName(name) === key)
      );
    case "parameters":
      return indexed(section, parameters, (name) => name === key);
    case "outputs":
      return indexed(section, outputs, (name) => name === key);
    case "credentials":
      return indexed(section, credentials, (name) => name === key);
    default:
      return undefined;
  }
}

function indexed(
  list: string,
  items: readonly { readonly name: string }[],
  isWanted: (name: string) => boolean,
): YamlPath | undefined {
  const index = items.findIndex(({ name }) => isWanted(name));
  return index < 0 ? undefined : [list, index];
}
