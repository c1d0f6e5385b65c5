import type { Probe } from "@gantry/reports";
import type { BuildFacet } from "./build.ts";
import type { ImageFacet } from "./images.ts";
import type { RunFacet } from "./run.ts";

/** One engine that builds invocation images, runs them, or both. A facet that is absent is a capability that is missing. */
export interface Driver extends AsyncDisposable {
  /** Asks the engine how it is. Must answer within five seconds; an engine that is away is an answer, not an error. */
  probe(signal: AbortSignal): Promise<Probe>;

  /** Builds invocation images. */
  readonly build?: BuildFacet;

  /** Runs invocation images. */
  readonly run?: RunFacet;

  /** The engine's own image store: where `build` puts and `run` finds images. */
  readonly images?: ImageFacet;
}

/** Directories that a driver may use. They exist and outlive the driver. */
export interface DriverContext {
  /** The driver's own, for whatever it must remember. */
  readonly stateDir: string;
  /** An OCI content store (image layout) shared by the drivers of one home. */
  readonly contentDir: string;
  /** A secret of the operator's by its name. Throws `unauthorized` for a name that was not granted, `not-found` for one that nobody set. Absent where a host has none. */
  secret?(name: string, signal: AbortSignal): Promise<Uint8Array>;
}

/** What is known of a driver before any of it runs. */
export interface DriverDefinition {
  /** Stable id, used in configuration, labels and on the wire: `docker`, `kubernetes`. */
  readonly name: string;
  readonly version: string;
  /** JSON Schema (2020-12) of an object: the options that an endpoint may set. */
  readonly optionsSchema: Readonly<Record<string, unknown>>;
  /** Options that the user's environment implies, as the engine's own tools read it. Plain data without secrets; may read the user's files. */
  optionsFromEnvironment?(
    environment: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** Makes a driver from options that fit the schema. Does no I/O: the first contact is `probe` or the first call. */
  create(options: Readonly<Record<string, unknown>>, context: DriverContext): Driver;
}
