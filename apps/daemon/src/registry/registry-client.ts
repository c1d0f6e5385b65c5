import { join } from "node:path";
import { dockerCredentials, RegistryClient } from "@gantry/oci";

/** Variables of a user's, which say where `docker login` keeps what it was told. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Speaks with registries as this user, who may have logged in with `docker login`. */
export function registryClient(
  env: Environment,
  options: { readonly insecure?: readonly string[] } = {},
): RegistryClient {
  const directory = env["DOCKER_CONFIG"] ?? join(env["HOME"] ?? "/", ".docker");
  return new RegistryClient({ ...options, credentials: dockerCredentials({ directory, env }) });
}
