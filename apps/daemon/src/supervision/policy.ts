import { DRIVER_PATIENCE, type DriverPatience } from "@gantry/driver-api";

/** How drivers with a process of their own are looked after. Times are milliseconds. */
export interface SupervisionPolicy {
  /** From the start of a process to the end of its handshake. */
  readonly startMs: number;
  /** Without a call after which a process is stopped. */
  readonly idleMs: number;
  /** Without a call after which a process that was replaced is stopped. */
  readonly lingerMs: number;
  /** Between two looks at a process. */
  readonly beatMs: number;
  /** Looks without any sign of life after which it is killed. */
  readonly missedBeats: number;
  /** Crashes within `windowMs` after which no more is started. */
  readonly crashes: number;
  readonly windowMs: number;
  /** Waited before the start that follows the first crash, the second, and so on. */
  readonly backOffMs: readonly number[];
  readonly patience: DriverPatience;
}

export const SUPERVISION: SupervisionPolicy = {
  startMs: 10_000,
  idleMs: 300_000,
  lingerMs: 2_000,
  beatMs: 15_000,
  missedBeats: 4,
  crashes: 5,
  windowMs: 600_000,
  backOffMs: [0, 500, 2_000, 5_000],
  patience: DRIVER_PATIENCE,
};
