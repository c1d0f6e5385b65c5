/** How a driver's process is, for people and clients. */
export interface ProcessState {
  readonly state: "not-started" | "starting" | "running" | "waiting" | "quarantined";
  readonly pid?: number;
  /** Crashes that still count. */
  readonly crashes: number;
  /** How it crashed last, as a clause. */
  readonly lastCrash?: string;
  /** The last lines that it printed on stderr; of the process that crashed, when none runs. */
  readonly lastStderr: readonly string[];
}
