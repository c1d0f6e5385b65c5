import { z } from "zod";

/** What a build may ask for beyond a context and a Dockerfile. */
export const BuildFeature = z.enum([
  "build-args",
  "cache-from",
  "cache-to",
  "extra-hosts",
  "labels",
  "multi-platform",
  "named-contexts",
  "network-host",
  "network-none",
  "no-cache",
  "pull",
  "secrets",
  "ssh",
  "target",
]);
export type BuildFeature = z.infer<typeof BuildFeature>;

/** What a run may ask for beyond an image, an environment, files and outputs. */
export const RunFeature = z.enum([
  "capabilities",
  "cpu-limit",
  "engine-socket",
  "memory-limit",
  "mounts",
  "named-network",
  "network-default",
  "network-host",
  "network-none",
  "observe",
  "pids-limit",
  "privileged",
  "recover",
  "terminal",
]);
export type RunFeature = z.infer<typeof RunFeature>;

/** What a build facet can do. A request that needs more is refused before it starts, naming the need. */
export const BuildCapabilities = z.object({
  /** `os/architecture[/variant]` each. */
  platforms: z.array(z.string()),
  features: z.array(BuildFeature),
});
export type BuildCapabilities = z.infer<typeof BuildCapabilities>;

/** What a run facet can do. */
export const RunCapabilities = z.object({
  platforms: z.array(z.string()),
  features: z.array(RunFeature),
  /** Nothing is executed: the caller records nothing of such a run. */
  dryRun: z.literal(true).exactOptional(),
});
export type RunCapabilities = z.infer<typeof RunCapabilities>;
