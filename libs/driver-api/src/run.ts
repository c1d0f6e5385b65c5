import type {
  ImageRef,
  LogEvent,
  NoticeEvent,
  ObservedRun,
  RunCapabilities,
  RunOutcome,
} from "@gantry/reports";
import type { Terminal, TerminalSpec } from "./terminal.ts";

export interface EnvironmentEntry {
  readonly name: string;
  readonly value: string;
  /** A secret: never in argv, logs, labels or errors. */
  readonly sensitive: boolean;
}

/** A file that must be in place before the program starts and gone when the run is removed. */
export interface FileEntry {
  /** Absolute, clean path in the container. Missing parents are made; existing ones keep owner and mode. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits, such as `0o400`. The owner is the user that the program runs as. */
  readonly mode: number;
  readonly sensitive: boolean;
  /** What to do when the image has the path already: `refuse` throws `file-exists` (CNAB Core 101, Parameters). */
  readonly existing: "refuse" | "replace";
}

export interface Mount {
  /** Absolute path on the engine's host. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/**
 * The engine from inside a run. `raw` is the engine's own socket, and through it the engine's host. A `path` is that of
 * a filtered socket on the engine's host, in a directory of its own, which every user may enter: the driver shows the
 * run the directory, for the caller may make the socket anew while the program runs.
 */
export type EngineAccess = false | "raw" | { readonly path: string };

export interface RunSpec {
  /** The caller's id of this run, unique for ever, `[0-9A-Za-z]{1,64}`. Recorded by the caller before `start`, so that a cut `start` can be recovered. */
  readonly id: string;
  /** Who may sweep it: the same for all runs of one daemon home. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Run exactly this image: the digest or id decides, never a tag that moved. */
  readonly image: ImageRef;
  /** The program and its arguments, whatever the image's own entrypoint is (CNAB Core 103, The Run Tool). */
  readonly command: readonly string[];
  readonly environment: readonly EnvironmentEntry[];
  readonly files: readonly FileEntry[];
  /** Directory whose files are the outputs. It exists and is writable for the program. */
  readonly outputsDir: string;
  readonly mounts: readonly Mount[];
  /** `default` (the engine's usual), `none`, `host`, or the name of one of the engine's networks. */
  readonly network: string;
  readonly privileged: boolean;
  /** Linux capabilities granted, `CAP_…`; all others are dropped where the driver declares `capabilities`. */
  readonly capabilities: readonly string[];
  /** What the program finds at `/var/run/docker.sock`: nothing, the engine's own socket, or one of the caller's. */
  readonly engineSocket: EngineAccess;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly pids?: number;
}

/** An event and where to go on after it. `cursor` is at most 200 characters and means something to the same run only. */
export interface RunEvent {
  readonly cursor: string;
  readonly event: LogEvent | NoticeEvent;
}

/** A piece of an output file. Pieces of one file are consecutive; the last one has `last: true`. */
export interface OutputPiece {
  /** Path below `outputsDir`, clean and relative. Regular files only: links and devices are left out. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** At most 1 MiB. */
  readonly data: Uint8Array;
  readonly last: boolean;
}

/** A run, under way or over, until it is removed. Disposing it lets go of the connection, never of the workload. */
export interface Run extends AsyncDisposable {
  readonly id: string;
  /** Everything it printed after `cursor` (from the start when absent), then what it prints until it ends. May be read by many and more than once. */
  events(cursor: string | undefined, signal: AbortSignal): AsyncIterable<RunEvent>;
  /** Waits for the end. Once it has ended, every event can be read without waiting. */
  outcome(signal: AbortSignal): Promise<RunOutcome>;
  /** The files below `outputsDir` as they are now, sorted by path. */
  outputs(signal: AbortSignal): AsyncIterable<OutputPiece>;
  /**
   * What the run is, asked of the engine and not of the spec, so that a caller can tell that it got what it asked for;
   * also after the end, until it is removed. Implemented by a driver that declares `observe`.
   */
  observe?(signal: AbortSignal): Promise<ObservedRun>;
  /** Starts a program on a terminal beside the run's own. Absent where the driver does not declare `terminal`. Throws `not-found` once the run has ended. */
  terminal?(spec: TerminalSpec, signal: AbortSignal): Promise<Terminal>;
  /** SIGTERM, then SIGKILL after `graceMs`. Returns once it has ended. Twice is fine, also after the end. */
  stop(options: { readonly graceMs: number; readonly signal: AbortSignal }): Promise<void>;
  /** Kills it when it still runs and removes every trace. Twice is fine. */
  remove(signal: AbortSignal): Promise<void>;
}

export interface RunFacet {
  readonly capabilities: RunCapabilities;
  /** Whether images of this CNAB `imageType` can be run. */
  handles(imageType: string, signal: AbortSignal): Promise<boolean>;
  /** Returns once the engine has accepted the run; leaves nothing behind when it throws. The image must be in the engine or pullable by digest. */
  start(spec: RunSpec, signal: AbortSignal): Promise<Run>;
  /** The run of that id if it was started, also by an earlier process; `undefined` when the engine does not know it. */
  recover(id: string, signal: AbortSignal): Promise<Run | undefined>;
  /**
   * Where, on this machine, the engine's own Docker-compatible socket is, for a caller that filters it. Required with the
   * feature `engine-socket`. Throws `unsupported` when it is on another machine.
   */
  engineSocket?(signal: AbortSignal): Promise<string>;
  /** Removes the owner's runs whose ids are not in `keep`; gives the ids removed. */
  sweep(owner: string, keep: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
}
