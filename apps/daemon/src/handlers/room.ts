import type { ClientInfo, ProgramStamp } from "@gantry/protocol";
import type { DriverRoom } from "../drivers/driver-room.ts";
import type { BuildRoom } from "../build/build-bundle.ts";
import type { InstallationLeases } from "../operations/installation-leases.ts";
import type { Terminals } from "../terminals/terminals.ts";
import type { Launching } from "../supervision/launcher.ts";
import type { Logger } from "../log.ts";
import type { Operations } from "../operations/operations.ts";

/** What handlers may use of the daemon. */
export interface Room extends BuildRoom {
  readonly operations: Operations;
  readonly drivers: DriverRoom;
  /** How drivers' processes are started, and the operator's environment for them. */
  readonly launching: Launching;
  readonly leases: InstallationLeases;
  readonly terminals: Terminals;
  readonly log: Logger;
  readonly started: Date;
  /** The program that this daemon runs, as it was on disk when the daemon was started. */
  readonly program?: ProgramStamp;
  readonly idleSeconds: number;
  clientCount(): number;
  /** What every connection has told of itself, the oldest first. */
  sessions(): readonly Session[];
  /** Ends the daemon soon after the answer has been sent. */
  requestStop(): void;
}

/** What a connection has told of itself. */
export interface Session {
  readonly connected: Date;
  /** Absent before the handshake. */
  client?: ClientInfo;
  environment: Readonly<Record<string, string>>;
  /** The daemon makes way for one of a newer build: it answers nothing more on this connection. */
  isLeaving: boolean;
}
