import { z } from "zod";
import { isPlainText, PLAIN_TEXT } from "./plain-text.ts";
import { Powers } from "./powers.ts";

const Line = z.string().refine(isPlainText, PLAIN_TEXT);

/** File of a driver package that says what it is, at the package's root. */
export const MANIFEST_FILE = "gantry-driver.json";

/** Stable id of a driver: the name of its endpoint, in labels, in the lock file. */
export const DriverName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, "expected lower-case letters, digits and dashes");

/** What one process of a driver may use at most. */
export const Limits = z.strictObject({
  memoryMiB: z.int().min(16).max(65_536).default(512),
  /** Processes and threads. */
  pids: z.int().min(4).max(32_768).default(256),
  /** Processors, as a fraction. */
  cpus: z.number().positive().max(1_024).default(2),
});
export type Limits = z.infer<typeof Limits>;

/** What is known of a driver before any of it runs. */
export const DriverManifest = z.strictObject({
  $schema: z.string().exactOptional(),
  schemaVersion: z.literal(1),
  name: DriverName,
  version: Line.min(1).max(64),
  description: Line.max(300).default(""),
  /** Who answers for it, as the package says; what could be verified is recorded elsewhere. */
  publisher: Line.min(1).max(200),
  /** Versions of the driver protocol that it speaks. */
  protocols: z.array(z.int().positive()).min(1),
  facets: z.array(z.enum(["build", "run", "images"])).min(1),
  /** The engines that it drives, for people: `containerd 1.7 or later`. */
  engines: z.array(Line.max(100)).default([]),
  /** Program and arguments. A program with a slash is a file of the package; `node`, `python3` and `sh` are the machine's own. */
  command: z.array(z.string().min(1)).min(1),
  /** What it asks for. */
  powers: Powers.prefault({}),
  /** What it can use besides, for some of what it does: the operator grants it by its kind, and never with `all`. */
  optionalPowers: Powers.prefault({}),
  limits: Limits.prefault({}),
  /** JSON Schema (2020-12) of its options. */
  optionsSchema: z.record(z.string(), z.unknown()).default({ type: "object" }),
});
export type DriverManifest = z.infer<typeof DriverManifest>;
