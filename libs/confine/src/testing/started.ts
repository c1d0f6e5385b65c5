import type { Exit } from "@gantry/process";
import type { Confinement } from "../request.ts";

/** A driver that was started and has ended. */
export interface Started {
  readonly confinement: Confinement;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: Exit;
}

/** One that was not. */
export interface Refused {
  readonly refused: string;
  readonly message: string;
  readonly hint: string;
}

export type StartOutcome = Started | Refused;
