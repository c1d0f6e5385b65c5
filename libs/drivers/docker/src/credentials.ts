import { dockerCredentials } from "@gantry/oci";
import type { DockerOptions } from "./options.ts";

/** What the engine is told, for a registry, about who asks. */
export type Credentials = Readonly<{
  username: string;
  password: string;
  identitytoken?: string;
  serveraddress: string;
}>;

const HUB = "https://index.docker.io/v1/";
const HUB_NAMES = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);

/** Finds credentials for a registry's host as the docker CLI does; `undefined` for a stranger. */
export async function findCredentials(
  options: DockerOptions,
  host: string,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  if (options.config === undefined) return undefined;
  const isHub = HUB_NAMES.has(host);
  const source = dockerCredentials({
    directory: options.config,
    env: options.helperEnvironment ?? {},
  });
  const found = await source(isHub ? "docker.io" : host, signal);
  if (found === undefined) return undefined;
  const serveraddress = isHub ? HUB : host;
  if (found.kind === "identity") {
    return { username: "", password: "", identitytoken: found.token, serveraddress };
  }
  return { username: found.username, password: found.password, serveraddress };
}
