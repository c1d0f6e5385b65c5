import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { Place } from "./operation.ts";

/** One setting. `place` says where it is written; without it the value is the default. */
export const ConfigEntry = z.object({
  /** `prefer`, `failOver`, `endpoints.NAME.driver`, `endpoints.NAME.options.OPTION`, … */
  key: z.string(),
  value: z.json(),
  place: Place.exactOptional(),
});
export type ConfigEntry = z.infer<typeof ConfigEntry>;

/** The configuration of the daemon's home. */
export const configShow = defineMethod({
  name: "config.show",
  summary: "Gives the settings of the configuration file, each with its place, and the defaults.",
  params: z.object({}),
  result: z.object({ path: z.string(), entries: z.array(ConfigEntry) }),
});
