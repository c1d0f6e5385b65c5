import { isLoopback, parseReference } from "@gantry/oci";

/**
 * Whether Podman must ask for certificates; `undefined` for what its configuration says. It takes this for a whole
 * request, so it goes without them only when all `references` are on this machine or in `insecureRegistries`.
 */
export function tlsVerify(
  references: readonly string[],
  { insecureRegistries = [] }: { readonly insecureRegistries?: readonly string[] },
): false | undefined {
  const hosts = references.map((reference) => parseReference(reference).registry);
  const isInsecure = (host: string): boolean =>
    isLoopback(host) || insecureRegistries.includes(host);
  return hosts.length > 0 && hosts.every(isInsecure) ? false : undefined;
}
