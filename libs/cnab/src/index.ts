export { BUILT_IN_ACTIONS, describeAction } from "./bundle/actions.ts";
export { checkExtensions } from "./bundle/extensions.ts";
export { selectInvocationImage } from "./bundle/invocation-image.ts";
export { parseBundle } from "./bundle/parse-bundle.ts";
export {
  Bundle,
  ComponentImage,
  Credential,
  CustomAction,
  Definition,
  InvocationImage,
  Output,
  Parameter,
} from "./bundle/schema.ts";
export { validateBundle } from "./bundle/validate-bundle.ts";
export { Claim, newClaim } from "./claims/claim.ts";
export { ClaimResult, ClaimStatus, newResult } from "./claims/claim-result.ts";
export { newId } from "./claims/id.ts";
export { checkInstallationName } from "./claims/installation-name.ts";
export { installationState } from "./claims/installation-state.ts";
export { convertValue } from "./definitions/convert-value.ts";
export { definitionOf, isSensitive } from "./definitions/definition.ts";
export { checkCredentials } from "./inputs/credentials.ts";
export { resolveParameters } from "./inputs/parameters.ts";
export { canonicalJson } from "./json/canonical.ts";
export { digestOf } from "./json/digest.ts";
export type { JsonValue } from "./json/json-value.ts";
export { nearest } from "./nearest.ts";
export { BundleError, CnabError, InputError, type Problem } from "./problem.ts";
export { type Injection, injectionFor } from "./run/injection.ts";
export { expectedOutputs, type SettledOutput, settleOutputs } from "./run/outputs.ts";
