import type { Driver, DriverDefinition } from "@gantry/driver-api";
import type { Supervisor } from "../supervision/supervisor.ts";
import type { InstalledDriver } from "./installed-driver.ts";

/** Where an endpoint comes from: linked in, named in the configuration, a package that was installed, or an executable on PATH. */
export type Origin = "built-in" | "configured" | "installed" | "path";

/** A driver with options and a name, made when first used. */
export interface Endpoint {
  readonly name: string;
  readonly driver: string;
  readonly version: string;
  readonly origin: Origin;
  readonly optionsSchema: DriverDefinition["optionsSchema"];
  /** What the endpoint was made with; plain data without secrets, so that a later daemon can make it again. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly instance: Driver;
  /** Of a driver with a process of its own. */
  readonly supervisor?: Supervisor;
  /** Of a driver that was installed. */
  readonly installed?: InstalledDriver;
}

/** The variables of a user's environment that choose an engine. */
export type Environment = Readonly<Record<string, string>>;
