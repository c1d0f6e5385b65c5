import { z } from "zod";
import { ClientInfo } from "./client-info.ts";

export const TerminalSize = z.object({
  columns: z.int().min(1).max(1_000),
  rows: z.int().min(1).max(1_000),
});

/** A program on a terminal inside a run. The daemon holds it: clients come and go. */
export const Terminal = z.object({
  id: z.string(),
  namespace: z.string(),
  /** Empty for the image of a bundle. */
  installation: z.string(),
  /** In the run of an installation that is under way, in the image of its last run, or in that of a bundle as it was built last. */
  place: z.enum(["run", "image", "bundle"]),
  /** Name of the bundle when it is that one's image. */
  bundle: z.string().exactOptional(),
  /** Who asked for it. */
  openedBy: ClientInfo.exactOptional(),
  runId: z.string(),
  endpoint: z.string(),
  /** Whether the run was started for this terminal alone, and ends with it. */
  ofItsOwn: z.boolean(),
  command: z.array(z.string()),
  created: z.string(),
  size: TerminalSize,
  /** Clients that look at it now. */
  attached: z.int().nonnegative(),
  /** How it ended; absent while it goes on. An ended one stays for a minute. */
  exitCode: z.int().exactOptional(),
});
export type Terminal = z.infer<typeof Terminal>;

export const TerminalKey = z.object({ terminalId: z.string().min(1) });
