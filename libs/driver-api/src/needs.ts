import type { BuildFeature, RunFeature } from "@gantry/reports";
import type { BuildRequest } from "./build.ts";
import type { RunSpec } from "./run.ts";

type Claims<Feature> = readonly (readonly [Feature, boolean])[];

function held<Feature>(claims: Claims<Feature>): Feature[] {
  return claims.filter(([, needed]) => needed).map(([feature]) => feature);
}

/** The features without which `request` cannot be built as asked. */
export function buildNeeds(request: BuildRequest): BuildFeature[] {
  return held([
    ["build-args", Object.keys(request.buildArgs).length > 0],
    ["cache-from", request.cacheFrom.length > 0],
    ["cache-to", request.cacheTo.length > 0],
    ["extra-hosts", request.extraHosts.length > 0],
    ["labels", Object.keys(request.labels).length > 0],
    ["multi-platform", request.platforms.length > 1],
    ["named-contexts", Object.keys(request.contexts).length > 0],
    ["network-host", request.network === "host"],
    ["network-none", request.network === "none"],
    ["no-cache", request.noCache],
    ["pull", request.pull],
    ["secrets", request.secrets.length > 0],
    ["ssh", request.ssh.length > 0],
    ["target", request.target !== undefined],
  ]);
}

/** The features without which `spec` cannot be run as asked. */
export function runNeeds(spec: Omit<RunSpec, "image">): RunFeature[] {
  return held([
    ["capabilities", spec.capabilities.length > 0],
    ["cpu-limit", spec.cpus !== undefined],
    ["engine-socket", spec.engineSocket !== false],
    ["memory-limit", spec.memoryBytes !== undefined],
    ["mounts", spec.mounts.length > 0],
    [networkNeed(spec.network), spec.network !== "default"],
    ["pids-limit", spec.pids !== undefined],
    ["privileged", spec.privileged],
  ]);
}

function networkNeed(network: string): RunFeature {
  if (network === "none") return "network-none";
  if (network === "host") return "network-host";
  return network === "default" ? "network-default" : "named-network";
}
