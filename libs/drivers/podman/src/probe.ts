import type { Probe, Problem } from "@gantry/reports";
import type { InfoAnswer } from "./engine/answers.ts";
import { toDriverError } from "./errors.ts";
import type { PodmanEngine } from "./engine/podman-engine.ts";

/** Everything that is used of the interface is there from 4.3 on. */
const MIN_VERSION = [4, 3] as const;
const PROBE_MS = 4_500;

/** Asks podman how it is. */
export async function probeEngine(engine: PodmanEngine, signal: AbortSignal): Promise<Probe> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
  try {
    return describe(await engine.freshInfo(limited));
  } catch (error) {
    const known = toDriverError(error, "asking how Podman is", limited);
    if (signal.aborted) throw known;
    return { state: "unavailable", problems: [{ text: known.message, fix: known.hint }] };
  }
}

function describe(info: InfoAnswer): Probe {
  const { host, store, version } = info;
  const blocking = blockingProblems(info);
  const problems = [...blocking, ...lesserProblems(info)];
  const state = blocking.length > 0 ? "unavailable" : problems.length > 0 ? "degraded" : "ready";
  const rootless = host.security.rootless ? ", rootless" : "";
  const engine = `Podman ${version.Version}, ${host.ociRuntime.name}, ${store.graphDriverName}${rootless}`;
  return { state, engine, problems };
}

function blockingProblems({ version }: InfoAnswer): readonly Problem[] {
  const [major = 0, minor = 0] = version.Version.split(".").map(Number);
  if (major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1])) return [];
  return [
    {
      text: `Podman ${version.Version} is too old.`,
      fix: `Install Podman ${MIN_VERSION.join(".")} or newer.`,
    },
  ];
}

function lesserProblems({ host, store }: InfoAnswer): readonly Problem[] {
  const problems: Problem[] = [];
  if (store.graphDriverName === "vfs") {
    problems.push({
      text: "Podman copies every layer for every container (storage driver vfs).",
      fix: 'Set driver = "overlay" in storage.conf; rootless, also install fuse-overlayfs.',
    });
  }
  if (host.security.rootless && host.cgroupVersion === "v1") {
    problems.push({
      text: "An ordinary user's containers cannot be limited in memory, processors or processes here.",
      fix: "Boot with the unified control group hierarchy: systemd.unified_cgroup_hierarchy=1.",
    });
  }
  return problems;
}
