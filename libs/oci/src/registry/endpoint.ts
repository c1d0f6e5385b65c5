import type { Reference } from "../reference.ts";

/** True for a host (with or without port) of this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "[::1]" ||
    /^127(?:\.\d{1,3}){3}$/.test(name)
  );
}

/** The base of the distribution API for a registry. */
export function endpointOf(registry: string, isInsecure: boolean): URL {
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  return new URL(`${isInsecure || isLoopback(registry) ? "http" : "https"}://${host}/v2/`);
}

/** `repository:NAME:ACTIONS`, as token services spell a right. */
export function scopeOf(
  reference: Pick<Reference, "repository">,
  actions: "pull" | "pull,push" | "delete",
): string {
  return `repository:${reference.repository}:${actions}`;
}
