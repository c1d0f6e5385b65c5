import type { ImageRef } from "@gantry/reports";
import type { Driver } from "../driver.ts";
import type { RunSpec } from "../run.ts";
import type { Program } from "./program.ts";

/** What a case may need of the driver's surroundings beyond a declared capability. */
export type Need =
  /** Carries out a `Program`. */
  | "program"
  /** Runs `sh` of the test image, so that real system calls are made. */
  | "shell"
  /** Hands the environment and the files of a run to its program itself. */
  | "inputs"
  /** Finds the image itself, and can therefore say that it is not there. */
  | "image-lookup"
  /** `/proc` of the machine shows the processes of a run. */
  | "host-processes";

/** An image whose `sh` and core utilities can run scripts. */
export interface TestImage {
  readonly ref: ImageRef;
  /** Whom its programs run as. Not root, so that owners matter. */
  readonly uid: number;
  readonly gid: number;
  /** A file that the image has and that user can read. */
  readonly existingFile: string;
}

/** What the suite must know of a driver to put it through its cases. */
export interface DriverFixture {
  /** Heads the report. */
  readonly name: string;
  /** A new connection over the wire, each time to the same engine and state. The suite disposes it. */
  connect(): Promise<Driver>;
  /** Puts the test image in place; called once for each connection under test. Needed for run cases; see `buildTestImage`. */
  testImage?(driver: Driver, signal: AbortSignal): Promise<TestImage>;
  /** Reference for `FROM` of an image with `sh` and core utilities. Needed for build cases that run something. */
  readonly base?: string;
  /** The command that carries out `program`. Default: `toShellCommand`. */
  command?(program: Program): readonly string[];
  /** Last change to a spec before it is started. */
  adapt?(spec: RunSpec): RunSpec;
  /** What is left of a run that was removed: containers, directories, processes. */
  leftovers?(runId: string): Promise<readonly string[]>;
  /** Needs that cannot be met here, each with the reason. */
  readonly lacks?: Readonly<Partial<Record<Need, string>>>;
  /** Ids of further cases that make no sense here, each with the reason. */
  readonly notApplicable?: Readonly<Record<string, string>>;
  /** Milliseconds for one case. Default 60 000. */
  readonly timeoutMs?: number;
}
