import type { Probe, Problem } from "@gantry/reports";
import { type BuilderFacts, readBuilder } from "./builder-facts.ts";
import type { BuildxEngine } from "./buildx-engine.ts";
import { toDriverError } from "./errors.ts";
import type { BuildxOptions } from "./options.ts";

/** The first one that tells of a build as JSON. */
const MIN_VERSION = [0, 13] as const;
const PROBE_MS = 4_500;

export interface Found {
  readonly probe: Probe;
  /** What the builder builds for, when it said so. */
  readonly platforms: readonly string[];
}

/** Asks the plugin how its builder is. Starts none. */
export async function probeBuilder(
  engine: BuildxEngine,
  options: BuildxOptions,
  signal: AbortSignal,
): Promise<Found> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
  try {
    const version = /v?(\d+\.\d+[\w.+-]*)/u.exec(await engine.ask("version", limited))?.[1] ?? "";
    const builder = readBuilder(await engine.ask("inspect", limited));
    const blocking = [...oldPlugin(version), ...away(builder)];
    const lesser = blocking.length > 0 ? [] : await engineProblems(engine, options, limited);
    const problems = [...blocking, ...asleep(builder), ...lesser];
    const state = blocking.length > 0 ? "unavailable" : problems.length > 0 ? "degraded" : "ready";
    const buildkit = builder.buildkit === undefined ? "" : `, BuildKit ${builder.buildkit}`;
    const text = `buildx ${version}, builder ${builder.name} (${builder.driver || "unknown"})${buildkit}`;
    return { probe: { state, engine: text, problems }, platforms: builder.platforms };
  } catch (error) {
    const found = toDriverError(error, "Asking how the builder is", signal);
    if (signal.aborted) throw found;
    const problems = [{ text: found.message, fix: found.hint }];
    return { probe: { state: "unavailable", problems }, platforms: [] };
  }
}

function oldPlugin(version: string): readonly Problem[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > MIN_VERSION[0] || minor >= MIN_VERSION[1]) return [];
  return [{ text: `buildx ${version} is too old.`, fix: "Install buildx 0.13 or newer." }];
}

function away({ name, driver, status, error }: BuilderFacts): readonly Problem[] {
  if (error === undefined && driver === "remote" && status !== "running") return [outOfReach(name)];
  if (error === undefined) return [];
  return [
    {
      text: `Builder ${name}: ${error}`,
      fix: "Start the engine, or see docker buildx ls for other builders.",
    },
  ];
}

/** Nobody here can start a remote builder: either it is down, or the way to it is not open. */
function outOfReach(name: string): Problem {
  return {
    text: `Builder ${name} cannot be reached.`,
    fix: "Start it where it is. A confined driver also needs the power network for its host and port: gantry drivers install buildx --grant all,network=HOST:PORT",
  };
}

/** A builder that is not running is started by the first build, where its driver can do that. */
function asleep({ name, driver, status, error }: BuilderFacts): readonly Problem[] {
  if (error !== undefined || status === "running" || driver === "remote") return [];
  const fix = `docker buildx inspect --bootstrap ${name}`;
  return [{ text: `Builder ${name} is ${status ?? "in an unknown state"}.`, fix }];
}

/** What stands in the way of images that land in the engine. */
async function engineProblems(
  engine: BuildxEngine,
  { output }: BuildxOptions,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  if (output !== "engine") return [];
  const args = ["info", "--format", "{{json .DriverStatus}}"];
  if (!/io\.containerd\.snapshotter/u.test(await engine.docker({ args, signal }))) return [];
  return [
    {
      text: "The engine keeps images in containerd's store, where an image's id is not its configuration's digest.",
      fix: "Set the option output to layout.",
    },
  ];
}
