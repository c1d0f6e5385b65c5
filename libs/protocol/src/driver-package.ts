import { z } from "zod";

/** A power in plain words. */
export const PowerText = z.object({
  /** The field of the driver's manifest. */
  power: z.string(),
  text: z.string(),
  /** Whether it leads to the whole machine, or out of every limit. */
  isGrave: z.boolean(),
});
export type PowerText = z.infer<typeof PowerText>;

/** Who answers for a driver: its own word, and what could be verified of it. */
export const PublisherView = z.object({
  name: z.string(),
  /** Source repository or address, and who vouches for it. Absent: nobody does. */
  verified: z.object({ subject: z.string(), issuer: z.string() }).exactOptional(),
});
export type PublisherView = z.infer<typeof PublisherView>;

/** What is known of a driver package without running it. */
export const DriverPackage = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  /** Gives exactly this package again. */
  source: z.string(),
  /** Of the unpacked content; absent for a linked directory. */
  sha512: z.string().exactOptional(),
  publisher: PublisherView,
  facets: z.array(z.string()),
  engines: z.array(z.string()),
  protocol: z.int(),
  /** What it asks for. */
  asks: z.array(PowerText),
  /** What it can use besides, which is granted by its kind alone. */
  optional: z.array(PowerText).default([]),
  isLinked: z.boolean(),
  /** What its user should know, each a sentence: deprecated, a list that is out of date. */
  notices: z.array(z.string()),
});
export type DriverPackage = z.infer<typeof DriverPackage>;

/** A driver of this home. */
export const InstalledPackage = DriverPackage.extend({
  /** What the operator allows it. */
  granted: z.array(PowerText),
  /** Why it may not be started: revoked, changed on disk, changed in the lock file. Absent: nothing is known against it. */
  refused: z.object({ code: z.string(), message: z.string(), hint: z.string() }).exactOptional(),
});
export type InstalledPackage = z.infer<typeof InstalledPackage>;

/** Variables that npm's configuration is read with; may hold tokens, and are never kept. */
export const NpmEnvironment = z.record(z.string(), z.string()).default({});

/** Where a lock file of a project is, absolute. The home's own is written always. */
export const LockPath = z.string().startsWith("/").exactOptional();
