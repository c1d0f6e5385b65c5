import type { SecretHandle } from "@gantry/driver-api";

/** A frontend of its own, or a mount whose options are not spelled out: what it asks for cannot be read in the text. */
const UNREADABLE = /^#\s*syntax\s*=|--mount=\S*type=secret\S*\$/imu;
/** Steps that fetch from git ask for these without naming them. */
const OF_GIT = /^GIT_AUTH_/u;

/**
 * The secrets that a step of the Dockerfile may ask for. The plugin wants each value before it begins, so those that no step
 * can ask for are not even read.
 */
export function askedSecrets(
  dockerfile: string,
  secrets: readonly SecretHandle[],
): readonly SecretHandle[] {
  if (UNREADABLE.test(dockerfile)) return secrets;
  return secrets.filter(({ id }) => dockerfile.includes(id) || OF_GIT.test(id));
}
