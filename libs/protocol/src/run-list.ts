import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstallationKey } from "./installation.ts";

/** One run of an installation; field names are Porter's. */
export const RunRecord = z.object({
  id: z.string(),
  bundle: z.string(),
  version: z.string(),
  action: z.string(),
  /** Sensitive values are `******`. */
  parameters: z.record(z.string(), z.unknown()),
  started: z.iso.datetime(),
  stopped: z.iso.datetime().nullable(),
  status: z.string(),
  driver: z.string(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** Lists the recorded runs of an installation, the first one first. */
export const runList = defineMethod({
  name: "run.list",
  summary: "Lists the recorded runs of an installation.",
  params: InstallationKey,
  result: z.object({ runs: z.array(RunRecord) }),
});
