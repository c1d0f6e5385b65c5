import type { BuildRequest, CacheLocation } from "@gantry/driver-api";
import { invalidRequest, unsupported } from "../errors.ts";
import { DOCKERFILE_NAME } from "./dockerfile-files.ts";

/** The query of `POST /build` for `request`. Throws `unsupported`, naming the feature, for what the engine's own BuildKit cannot do. */
export function buildQuery(request: BuildRequest): Readonly<Record<string, unknown>> {
  refuse(request);
  const inline = request.cacheTo.length > 0 ? { BUILDKIT_INLINE_CACHE: "1" } : {};
  return {
    version: "2",
    remote: "client-session",
    dockerfile: DOCKERFILE_NAME,
    t: request.tags,
    platform: request.platforms[0],
    target: request.target,
    buildargs: JSON.stringify({ ...request.buildArgs, ...inline }),
    labels: JSON.stringify(request.labels),
    cachefrom: JSON.stringify(request.cacheFrom.map(({ attributes }) => attributes["ref"])),
    networkmode: request.network,
    extrahosts: request.extraHosts,
    nocache: request.noCache ? "1" : undefined,
    pull: request.pull ? "1" : undefined,
    rm: "1",
  };
}

function refuse(request: BuildRequest): void {
  if (request.platforms.length > 1) {
    throw unsupported(
      "multi-platform",
      `The engine's own image store holds one platform of an image, not ${request.platforms.join(", ")}.`,
      "Build for one platform, or use the buildx driver.",
    );
  }
  const [context] = Object.keys(request.contexts);
  if (context !== undefined) {
    throw unsupported(
      "named-contexts",
      `The engine's build interface takes no named context (${context}).`,
      "Copy the files into the build context, or use the buildx or the local driver.",
    );
  }
  for (const location of request.cacheFrom) refuseCacheFrom(location);
  for (const { type } of request.cacheTo) {
    if (type === "inline") continue;
    throw unsupported(
      "cache-to",
      `The engine's own BuildKit writes no cache of type ${type}.`,
      "Use type=inline, or the buildx driver.",
    );
  }
}

function refuseCacheFrom({ type, attributes }: CacheLocation): void {
  if (type !== "registry") {
    throw unsupported(
      "cache-from",
      `The engine's own BuildKit reads no cache of type ${type}.`,
      "Use type=registry,ref=IMAGE with an image built with type=inline, or the buildx driver.",
    );
  }
  if (attributes["ref"]) return;
  throw invalidRequest("A cache of type registry names no ref.", "Write type=registry,ref=IMAGE.");
}
