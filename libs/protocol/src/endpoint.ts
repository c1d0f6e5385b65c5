import { Powers } from "@gantry/driver-package";
import { BuildCapabilities, Probe, RunCapabilities } from "@gantry/reports";
import { z } from "zod";

/** How the process of a driver is that has one of its own. */
export const DriverProcess = z.object({
  /** `waiting`: it crashed, and its next start is not due yet. `quarantined`: it crashed too often, see `driver.restart`. */
  state: z.enum(["not-started", "starting", "running", "waiting", "quarantined"]),
  pid: z.int().positive().exactOptional(),
  /** Crashes that still count. */
  crashes: z.int().nonnegative(),
  /** How it crashed last. */
  lastCrash: z.string().exactOptional(),
  /** What it printed last on stderr, cleaned and bounded. */
  lastStderr: z.array(z.string()),
});
export type DriverProcess = z.infer<typeof DriverProcess>;

/** A probe, or that nobody probed: a driver's process is not started for a list. */
export const EndpointProbe = Probe.extend({
  state: z.enum(["ready", "degraded", "unavailable", "not-started"]),
});
export type EndpointProbe = z.infer<typeof EndpointProbe>;

/** An endpoint: a driver with options and a name. What is absent the driver cannot do, or was not asked. */
export const Endpoint = z.object({
  name: z.string(),
  driver: z.string(),
  version: z.string(),
  origin: z.enum(["built-in", "configured", "installed", "path"]),
  /** What it can do at all; known of a package before it is started. */
  facets: z.array(z.enum(["build", "run", "images"])),
  build: BuildCapabilities.exactOptional(),
  run: RunCapabilities.exactOptional(),
  images: z.boolean(),
  probe: EndpointProbe,
  /** Whether its process sees no more of the machine than it was granted. */
  confinement: z.enum(["confined", "unconfined", "built-in"]),
  /** What is weaker about that than it could be, in words: what the machine lacks, once it was started, and what a power takes away. */
  weaker: z.array(z.string()).default([]),
  process: DriverProcess.exactOptional(),
  /** Of a package: who answers for it, and what it was granted. */
  publisher: z.string().exactOptional(),
  powers: Powers.exactOptional(),
});
export type Endpoint = z.infer<typeof Endpoint>;
