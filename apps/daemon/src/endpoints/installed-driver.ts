import type { DriverManifest, Powers } from "@gantry/driver-package";

/** A driver package that is installed. */
export interface InstalledDriver {
  readonly manifest: DriverManifest;
  /** The unpacked package, read-only content. */
  readonly directory: string;
  /** Of the unpacked content, as gantry.lock has it: `sha512-<base64>`. */
  readonly sha512: string;
  readonly granted: Powers;
  /** What it was installed from. */
  readonly source: string;
  /** A directory under development: no digest is held against it. */
  readonly linked: boolean;
}

/** The driver packages of a home. */
export interface InstalledDrivers {
  /** All of them, by what the lock file says; starts nothing. */
  list(): Promise<readonly InstalledDriver[]>;
  /** Reads the lock file anew. */
  find(name: string): Promise<InstalledDriver | undefined>;
}

/** A home without any. */
export const NONE_INSTALLED: InstalledDrivers = {
  list: async () => [],
  find: async () => undefined,
};
