import { LogEvent } from "@gantry/reports";
import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstallationKey } from "./installation.ts";

/** Reads the kept log of a run, the last one unless told otherwise. */
export const logRead = defineMethod({
  name: "log.read",
  summary: "Reads what a run printed.",
  params: InstallationKey.extend({ runId: z.string().exactOptional() }),
  progress: LogEvent,
  result: z.object({ runId: z.string() }),
});
