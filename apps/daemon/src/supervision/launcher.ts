import type { Limits, Powers } from "@gantry/driver-package";

/** A driver's process, before it is started. */
export interface LaunchRequest {
  /** The endpoint's name. */
  readonly name: string;
  /** Whose what it makes in an engine is; absent: the name says it. */
  readonly owner?: string;
  readonly command: readonly string[];
  readonly stateDir: string;
  readonly contentDir: string;
  /** The operator's; a launcher lets through what is granted. */
  readonly environment: Readonly<Record<string, string>>;
  /** The socket of an engine that it may use, as its grant has it. It finds it where the tools of that engine look: `DOCKER_HOST`, `CONTAINER_HOST`. */
  readonly engineSocket?: string;
  /** Where that engine writes the logs of what it starts, for the driver to read; its path is in `GANTRY_ENGINE_LOGS`. */
  readonly engineLogs?: string;
  /** The package that it comes from; absent for a command of the operator's own configuration. */
  readonly package?: {
    /** The driver's name, which an endpoint of another name may have. */
    readonly driver: string;
    readonly directory: string;
    /** Digest of the content; absent for a package under development. */
    readonly sha512: string | undefined;
    readonly granted: Powers;
    readonly limits: Limits;
  };
}

/** What is to be started. Disposing it takes away what was set up around the process, once that has ended. */
export interface Prepared extends AsyncDisposable {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly confinement: {
    readonly state: "confined" | "unconfined";
    /** What the host could not do, in words. */
    readonly missing: readonly string[];
  };
}

/** How a driver's process comes to be: the seam at which it is confined. */
export interface Launcher {
  /** What a process will be, as far as can be told before it is started. */
  expects(request: LaunchRequest): "confined" | "unconfined";
  /** Called before each start, so that whatever it checks is checked each time. Throws `Fault` or `DriverError`. */
  prepare(request: LaunchRequest, signal: AbortSignal): Promise<Prepared>;
}

/** How a home's drivers are started. */
export interface Launching {
  readonly launcher: Launcher;
  /** The operator's, of which a driver sees what it was granted. */
  readonly environment: Readonly<Record<string, string>>;
}
