import { join } from "node:path";
import type { BuildRequest } from "../../build.ts";
import { freshId } from "../fresh-id.ts";

/** A request that asks for nothing special, with `part` over it. */
export function buildRequest(
  needed: {
    readonly contextDir: string;
    readonly dockerfile: string;
    readonly tags: readonly string[];
  },
  part: Partial<BuildRequest> = {},
): BuildRequest {
  const { contextDir, dockerfile, tags } = needed;
  return {
    id: freshId(),
    contextDir,
    dockerfile: { text: dockerfile, path: join(contextDir, "Dockerfile") },
    ignore: "",
    tags,
    platforms: [],
    buildArgs: {},
    labels: {},
    contexts: {},
    secrets: [],
    ssh: [],
    cacheFrom: [],
    cacheTo: [],
    network: "default",
    extraHosts: [],
    noCache: false,
    pull: false,
    insecureRegistries: [],
    ...part,
  };
}
