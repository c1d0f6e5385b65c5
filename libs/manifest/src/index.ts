export { BuildArgError, customBuildArgs } from "./build-args.ts";
export { bundleDockerfile, RUNTIME_DIR } from "./bundle-dockerfile.ts";
export { wiringEnv } from "./bundle-parts.ts";
export { canonicalManifest } from "./canonical-manifest.ts";
export {
  BUNDLE_DIR,
  credentialDestination,
  imagePath,
  parameterDestination,
} from "./destination.ts";
export { DockerfileError } from "./dockerfile-template.ts";
export { execFaults } from "./exec-faults.ts";
export { type ExecOutput, type IgnoreError, readExecStep } from "./exec-step.ts";
export { lintManifest } from "./lint-manifest.ts";
export { type LintResult, lintLevel } from "./lint-result.ts";
export type { Manifest, Parameter, Step } from "./manifest.ts";
export { parseManifest } from "./parse-manifest.ts";
export { formatProblem, ManifestError, type ManifestProblem } from "./problem.ts";
export { readManifest } from "./read-manifest.ts";
export { bundleReference } from "./reference.ts";
export { type RenderOptions, delimitersOf, renderNode, TemplateError } from "./render-node.ts";
export { stepsFor, UnknownActionError } from "./steps-for.ts";
export { type Delimiters, type Scope, toText } from "./template-engine.ts";
export { type BundleStamp, toBundle } from "./to-bundle.ts";
export type { ContextEntry } from "./user-files.ts";
export { usedVariables } from "./variables.ts";
