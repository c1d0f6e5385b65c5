import type { BuildCapabilities, Image, WorkEvent } from "@gantry/reports";

/** What a call may use while it works. */
export interface Work {
  /** Aborts the work; the driver stops what it started, leaves nothing behind and throws `canceled`. */
  readonly signal: AbortSignal;
  /** Says what happens. Awaiting it gives the reader time: a slow reader slows the work, never fills memory. */
  report(event: WorkEvent): Promise<void>;
}

/** A secret that is read only when a step asks for it. Its value must not reach an event, an error, argv, the image or the cache key. */
export interface SecretHandle {
  readonly id: string;
  read(signal: AbortSignal): Promise<Uint8Array>;
}

/** An agent that signs for `RUN --mount=type=ssh,id=ID`. */
export interface SshHandle {
  readonly id: string;
  /** Path of the agent's Unix socket. */
  readonly socket: string;
}

/** Where cached steps come from or go to, as BuildKit writes it: `type=registry,ref=…`. */
export interface CacheLocation {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Everything that decides what a build makes. Paths are absolute and on the driver's own file system. */
export interface BuildRequest {
  /** Names this build in labels and logs. */
  readonly id: string;
  readonly contextDir: string;
  readonly dockerfile: { readonly text: string /** For messages only. */; readonly path: string };
  /** Text of `.dockerignore`; empty for none. */
  readonly ignore: string;
  readonly tags: readonly string[];
  /** `os/architecture[/variant]`; empty for the engine's own. More than one needs `multi-platform`. */
  readonly platforms: readonly string[];
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Named contexts: a directory each. */
  readonly contexts: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretHandle[];
  readonly ssh: readonly SshHandle[];
  readonly cacheFrom: readonly CacheLocation[];
  readonly cacheTo: readonly CacheLocation[];
  /** Network of `RUN`. `default` has the reach that the engine usually gives. */
  readonly network: "default" | "none" | "host";
  /** `NAME:IP` each. */
  readonly extraHosts: readonly string[];
  readonly noCache: boolean;
  /** Look for a newer base image even when one of that name is at hand. */
  readonly pull: boolean;
  /** Registries that may be spoken to over plain HTTP or with a certificate nobody knows. Loopback always may. */
  readonly insecureRegistries: readonly string[];
}

/** One step of a finished build. */
export interface BuiltStep {
  readonly title: string;
  readonly cached: boolean;
  /** Why it was not cached; absent when it was, or when the engine does not say. */
  readonly missReason?: string;
}

export interface BuildResult {
  /** The image for each platform asked for, in that order. */
  readonly images: readonly Image[];
  readonly steps: readonly BuiltStep[];
}

/** Builds images into the engine's own image store. */
export interface BuildFacet {
  readonly capabilities: BuildCapabilities;
  /** Builds and tags. Throws `DriverError`: `unsupported` names the feature, `invalid-request` the Dockerfile line, `build-failed` the step. */
  build(request: BuildRequest, work: Work): Promise<BuildResult>;
}
