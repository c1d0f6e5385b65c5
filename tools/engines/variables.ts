import type { EngineName } from "./needs.ts";

/** The environment variables by which the tests learn what there is. A value that is set beforehand is used as it is. */
export const VARIABLES = {
  /** `unix:///...` of the Docker Engine. */
  docker: "GANTRY_TEST_DOCKER_HOST",
  /** `127.0.0.1:PORT`, plain HTTP, deletes allowed. */
  registry: "GANTRY_TEST_REGISTRY",
  /** A slim Debian in that registry, as an image reference. */
  base: "GANTRY_TEST_BASE",
  /** A busybox in that registry, as an image reference. */
  busybox: "GANTRY_TEST_BUSYBOX",
  /** `unix:///...` of Podman's Docker-compatible API. */
  podman: "GANTRY_TEST_PODMAN_HOST",
  /** Path of the buildx plugin. */
  buildx: "GANTRY_TEST_BUILDX",
  /** `unix:///...` of a Docker Engine with containerd's image store. */
  buildxHost: "GANTRY_TEST_BUILDX_HOST",
  /** Folder with the `containers.conf`, `storage.conf` and `registries.conf` of a private Podman. */
  podmanConfig: "GANTRY_TEST_PODMAN_CONFIG",
} as const;

/** The variable that holds the reason why an engine is not there. */
export function skipVariable(engine: EngineName): string {
  return `GANTRY_TEST_SKIP_${engine.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
