import type { Endpoint as EndpointView } from "@gantry/protocol";
import type { Probe } from "@gantry/reports";
import type { Endpoint } from "../endpoints/endpoint.ts";
import type { InstalledDriver } from "../endpoints/installed-driver.ts";
import type { EndpointProcess } from "../endpoints/registry.ts";
import { limited, within } from "../endpoints/within.ts";
import { quarantined } from "../supervision/faults.ts";
import type { Supervisor } from "../supervision/supervisor.ts";
import { toFailure } from "../to-failure.ts";

/** Milliseconds that an engine has to answer. */
const PROBE_MS = 5_000;

const FACETS = ["build", "run", "images"] as const;

/** An endpoint that is there, probed. */
export async function runningView(endpoint: Endpoint, signal: AbortSignal): Promise<EndpointView> {
  const { name, driver, version, origin, instance, supervisor, installed } = endpoint;
  return {
    name,
    driver,
    version,
    origin,
    facets: FACETS.filter((facet) => instance[facet] !== undefined),
    ...(instance.build === undefined ? {} : { build: instance.build.capabilities }),
    ...(instance.run === undefined ? {} : { run: instance.run.capabilities }),
    images: instance.images !== undefined,
    probe: await probe(endpoint, signal),
    ...ofProcess(supervisor),
    ...ofPackage(installed),
  };
}

/** An endpoint whose process does not run: what is known without starting it. */
export function dormantView({ supervisor, source }: EndpointProcess): EndpointView {
  const { name, from } = source;
  const { state } = supervisor;
  const isQuarantined = state.state === "quarantined";
  return {
    ...unread(name, from),
    probe: isQuarantined
      ? broken(quarantined(name, state))
      : { state: "not-started", problems: [] },
    ...ofProcess(supervisor),
  };
}

/** An endpoint that could not be made, or started. */
export function brokenView({ name, error, process, installed }: Broken): EndpointView {
  return {
    ...unread(name, process?.source.from ?? installed),
    probe: broken(error),
    ...ofProcess(process?.supervisor),
    // Of a package nothing runs that has not been confined.
    ...(process === undefined && installed !== undefined ? { confinement: "confined" } : {}),
  };
}

interface Broken {
  readonly name: string;
  readonly error: unknown;
  readonly process: EndpointProcess | undefined;
  /** The package that it comes from, where it may not even be started. */
  readonly installed?: InstalledDriver | undefined;
}

type Unread = Omit<EndpointView, "probe" | "confinement" | "weaker">;

function unread(name: string, from: EndpointProcess["source"]["from"] | undefined): Unread {
  if (from === undefined || "command" in from)
    return {
      name,
      driver: "unknown",
      version: "unknown",
      origin: "configured",
      facets: [],
      images: false,
    };
  const { manifest } = from;
  const { version, facets } = manifest;
  return {
    name,
    driver: manifest.name,
    version,
    origin: "installed",
    facets,
    images: facets.includes("images"),
    ...ofPackage(from),
  };
}

function ofProcess(
  supervisor: Supervisor | undefined,
): Pick<EndpointView, "confinement" | "weaker" | "process"> {
  if (supervisor === undefined) return { confinement: "built-in", weaker: [] };
  const { lastStderr, ...state } = supervisor.state;
  return {
    confinement: supervisor.confinement,
    weaker: [...supervisor.weaker],
    process: { ...state, lastStderr: [...lastStderr] },
  };
}

function ofPackage(
  installed: InstalledDriver | undefined,
): Pick<EndpointView, "publisher" | "powers"> {
  if (installed === undefined) return {};
  return { publisher: installed.manifest.publisher, powers: installed.granted };
}

/** How its engine is, within a few seconds; one that cannot be asked is unavailable. */
export async function probe({ name, instance }: Endpoint, signal: AbortSignal): Promise<Probe> {
  using limit = limited(signal, PROBE_MS);
  try {
    const asked = instance.probe(limit.signal);
    return await within(asked, { ms: PROBE_MS + 500, what: `Endpoint ${name}` });
  } catch (error) {
    return broken(error);
  }
}

function broken(error: unknown): Probe {
  const failure = toFailure(error);
  const text = failure?.message ?? (error instanceof Error ? error.message : "it did not answer");
  return {
    state: "unavailable",
    problems: [{ text, fix: failure?.hint ?? "See gantryd.log in GANTRY_HOME." }],
  };
}
