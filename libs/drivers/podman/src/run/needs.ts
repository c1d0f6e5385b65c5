import { runNeeds, type RunSpec } from "@gantry/driver-api";
import type { RunFeature } from "@gantry/reports";
import { unsupported } from "../errors.ts";

const HINTS: Readonly<Partial<Record<RunFeature, string>>> = {
  "engine-socket":
    "Use the docker driver with Podman's service: DOCKER_HOST=unix:///run/podman/podman.sock.",
};

/** Throws `unsupported` for the first thing that `spec` needs and that is not among `features`. */
export function refuseUnsupported(spec: RunSpec, features: readonly RunFeature[]): void {
  const need = runNeeds(spec).find((each) => !features.includes(each));
  if (need === undefined) return;
  const hint =
    HINTS[need] ?? "Run Podman as root, or have the control groups delegated to this user.";
  throw unsupported(need, `Podman cannot give a run ${need} here.`, hint);
}
