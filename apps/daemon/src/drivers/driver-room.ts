import type { FetchWorld, PackageStore } from "@gantry/driver-sources";
import type { Turns } from "../operations/turns.ts";
import type { InstalledPackages } from "./installed-packages.ts";
import type { RevocationWatch } from "./revocation-watch.ts";
import type { ShippedDrivers } from "./shipped-drivers.ts";

/** Variables of the user's, some of which npm's configuration is read with. */
export type UserEnvironment = Readonly<Record<string, string | undefined>>;

/** What handling driver packages needs of the daemon. */
export interface DriverRoom {
  readonly store: PackageStore;
  readonly installed: InstalledPackages;
  readonly revocations: RevocationWatch;
  readonly shipped: ShippedDrivers;
  /** One change of lock files at a time. */
  readonly turns: Turns;
  /** Where packages are got from, as this user's environment has it. */
  world(environment: UserEnvironment, signal: AbortSignal): Promise<FetchWorld>;
}

/** The key under which changes of lock files take turns. */
export const LOCK_TURN = "gantry.lock";
