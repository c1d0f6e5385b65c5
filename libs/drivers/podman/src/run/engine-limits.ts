import type { RunFeature } from "@gantry/reports";
import type { InfoAnswer } from "../engine/answers.ts";

/** What root's Podman can limit. */
export const ALL_LIMITS: readonly RunFeature[] = ["cpu-limit", "memory-limit", "pids-limit"];

const CONTROLLERS: readonly (readonly [string, RunFeature])[] = [
  ["cpu", "cpu-limit"],
  ["memory", "memory-limit"],
  ["pids", "pids-limit"],
];

/** The limits that this Podman can put on a container: an ordinary user's only those that are delegated to the user. */
export function engineLimits({ host }: InfoAnswer): readonly RunFeature[] {
  if (!host.security.rootless) return ALL_LIMITS;
  if (host.cgroupVersion !== "v2") return [];
  const delegated = host.cgroupControllers ?? [];
  return CONTROLLERS.flatMap(([name, feature]) => (delegated.includes(name) ? [feature] : []));
}

/** The same, as far as it can be told without asking Podman. */
export function presumedLimits(uid = process.getuid?.() ?? 0): readonly RunFeature[] {
  return uid === 0 ? ALL_LIMITS : [];
}
