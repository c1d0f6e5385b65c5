import type { RunOutcome } from "@gantry/reports";
import type { EnvironmentEntry } from "./run.ts";

/** Of a terminal, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A program to be started beside the one of a run, on a terminal of its own. */
export interface TerminalSpec {
  /** The caller's id, unique for ever, `[0-9A-Za-z]{1,64}`. */
  readonly id: string;
  readonly command: readonly string[];
  /** Added to the run's own environment. */
  readonly environment: readonly EnvironmentEntry[];
  /** Where the engine cannot say it at the start, it comes as a change of size right after. */
  readonly size: TerminalSize;
}

/** A program on a terminal, inside a run: same user, same file system, no more capabilities. Disposing it hangs up: the program gets SIGHUP, then SIGKILL. */
export interface Terminal extends AsyncDisposable {
  /** What it prints, stdout and stderr as one, as bytes. Read once; a slow reader slows the program. Ends with the program. */
  output(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Types. Bytes for a program that has ended are dropped. */
  write(data: Uint8Array, signal: AbortSignal): Promise<void>;
  resize(size: TerminalSize, signal: AbortSignal): Promise<void>;
  /** Waits for the end. Its output must be read meanwhile. */
  outcome(signal: AbortSignal): Promise<RunOutcome>;
}
