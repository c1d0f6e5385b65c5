import type { Identity } from "@gantry/driver-package";
import type { RegistryClient } from "@gantry/oci";
import type { NpmRegistry } from "../npm/registry.ts";
import type { TrustRoot } from "../provenance/verify-statement.ts";
import type { PackageStore } from "../store.ts";

/** Where packages are got from, and where they go. */
export interface FetchWorld {
  readonly store: PackageStore;
  /** Asked for only when a source needs it. */
  npm(): Promise<NpmRegistry>;
  readonly oci: RegistryClient;
  /** The directory of a driver that comes with Gantry. Throws `not-found`. */
  shipped(name: string): Promise<string>;
  /** Whose statements about origins count; sigstore's public instance when absent. */
  readonly trustRoot?: TrustRoot;
}

export interface Stop {
  readonly signal: AbortSignal;
}

/** Everything that getting a package needs. */
export interface Arriving extends Stop {
  readonly world: FetchWorld;
  /** A directory of our own. */
  readonly stage: string;
}

/** A package that has been got: an archive, or a tree of files. */
export interface Arrived {
  /** The source that gives exactly this again, as lock files write it. */
  readonly source: string;
  readonly archive?: string;
  readonly root?: string;
  /** The sigstore bundle about the archive, as JSON, and who signed it. */
  readonly bundle?: string;
  readonly verified?: Identity;
  /** What the operator should know. */
  readonly notices?: readonly string[];
}
