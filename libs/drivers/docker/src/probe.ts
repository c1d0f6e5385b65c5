import type { Probe, Problem } from "@gantry/reports";
import { formatAddress } from "./address.ts";
import { InfoAnswer, VersionAnswer } from "./answers.ts";
import type { DockerEngine } from "./docker-engine.ts";
import { toDriverError } from "./errors.ts";

/** BuildKit sessions and everything else that is used are there from 19.03 on. */
const MIN_API = 1.4;
const PROBE_MS = 4_500;

export interface Found {
  readonly probe: Probe;
  /** `os/architecture` of the engine, when it answered. */
  readonly platform?: string;
}

/** Asks the engine how it is. */
export async function probeEngine(engine: DockerEngine, signal: AbortSignal): Promise<Found> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
  try {
    const get = { method: "GET", signal: limited } as const;
    const [version, info] = await Promise.all([
      engine.json({ ...get, path: "/version" }, VersionAnswer),
      engine.json({ ...get, path: "/info" }, InfoAnswer),
    ]);
    return { probe: describe(version, info), platform: `${version.Os}/${version.Arch}` };
  } catch (error) {
    if (signal.aborted) throw toDriverError(error, "asking how the engine is", signal);
    return { probe: await away(engine, error) };
  }
}

async function away(engine: DockerEngine, error: unknown): Promise<Probe> {
  const { message, hint } = toDriverError(error, "asking how the engine is");
  const where = await engine.address().then(
    (address) => `${formatAddress(address)}: `,
    () => "",
  );
  return { state: "unavailable", problems: [{ text: `${where}${message}`, fix: hint }] };
}

function describe(version: VersionAnswer, info: InfoAnswer): Probe {
  const blocking = blockingProblems(version);
  const problems = [...blocking, ...lesserProblems(info)];
  const state = blocking.length > 0 ? "unavailable" : problems.length > 0 ? "degraded" : "ready";
  const rootless = isRootless(info) ? ", rootless" : "";
  const engine = `Docker Engine ${version.Version}, API ${version.ApiVersion}, BuildKit, ${info.Driver}${rootless}`;
  return { state, engine, problems };
}

function blockingProblems(version: VersionAnswer): readonly Problem[] {
  if (version.Components?.some(({ Name }) => Name.startsWith("Podman")) === true) {
    return [{ text: "Podman listens at this address, not Docker.", fix: "Use the podman driver." }];
  }
  if (version.Os !== "linux") {
    return [
      { text: `The engine runs ${version.Os} containers.`, fix: "Switch it to Linux containers." },
    ];
  }
  const [major = 0, minor = 0] = version.ApiVersion.split(".").map(Number);
  if (major + minor / 100 >= MIN_API) return [];
  return [
    {
      text: `Docker Engine ${version.Version} is too old (API ${version.ApiVersion}).`,
      fix: "Install Docker Engine 19.03 or newer.",
    },
  ];
}

function lesserProblems(info: InfoAnswer): readonly Problem[] {
  const problems: Problem[] = [];
  if (info.Driver === "vfs") {
    problems.push({
      text: "The engine copies every layer for every container (storage driver vfs).",
      fix: 'Set "storage-driver": "overlay2" in /etc/docker/daemon.json.',
    });
  }
  if (
    info.DriverStatus?.some((pair) => pair[1]?.startsWith("io.containerd.snapshotter") === true)
  ) {
    problems.push({
      text: "The engine keeps images in containerd's store, where an image's id is not its configuration's digest.",
      fix: 'Set "features": { "containerd-snapshotter": false } in /etc/docker/daemon.json.',
    });
  }
  if (info.MemoryLimit === false || info.PidsLimit === false) {
    problems.push({
      text: "The engine cannot limit memory or processes.",
      fix: "Delegate the cgroup controllers to it (systemd: Delegate=yes).",
    });
  }
  return problems;
}

function isRootless(info: InfoAnswer): boolean {
  return info.SecurityOptions?.includes("name=rootless") === true;
}
