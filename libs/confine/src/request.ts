import type { Limits, Powers } from "@gantry/driver-package";

/** A driver package that is about to be started, and what it was granted. */
export interface ConfineRequest {
  /** The driver's, for messages and for names on the machine. */
  readonly name: string;
  /** The unpacked package. */
  readonly directory: string;
  /** What its content has to be, `sha512-<base64>`; `undefined` for a directory under development. */
  readonly sha512: string | undefined;
  /** As in the manifest: program and arguments. */
  readonly command: readonly string[];
  readonly granted: Powers;
  readonly limits: Limits;
  /** The driver's own directory: writable, at its own place. */
  readonly stateDir: string;
  /** A content store: writable, at its own place. What a driver can write, it can falsify: give it one of its own. */
  readonly contentDir: string;
  /** The operator's. Only granted names get in. */
  readonly environment: Readonly<Record<string, string>>;
  /** The brokered socket of an engine; its address is in `DOCKER_HOST`, or in what the granted engine's tools read. */
  readonly engineSocket?: string;
  /** Where that engine writes the logs of what it starts: readable, at its own place, which is in `GANTRY_ENGINE_LOGS`. */
  readonly engineLogs?: string;
  /** Directories of the daemon's through which requests pass, such as build contexts: visible at their own places. */
  readonly exchange?: readonly Exchange[];
  /** Never visible, whatever is granted: the daemon's home. Grants within it, and to write around it, are refused. */
  readonly hidden?: readonly string[];
  /** `strict` refuses where the host cannot confine. */
  readonly policy: "default" | "strict";
}

export interface Exchange {
  readonly path: string;
  readonly writable: boolean;
}

/** How far a driver's process is kept apart. */
export interface Confinement {
  readonly state: "confined" | "unconfined";
  /** What is weaker than it could be, in words: what the host lacks, and what a granted power takes away. */
  readonly missing: readonly string[];
}

/**
 * How to start a driver in its confinement: the arguments of a process. It may be started once; disposing of it, after the process
 * has ended, removes what was made for it. Whoever kills the started process, or dies, ends everything that the driver started.
 */
export interface Confined extends AsyncDisposable {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly confinement: Confinement;
}
