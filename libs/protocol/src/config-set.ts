import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { ConfigKey } from "./config-key.ts";
import { ConfigEntry } from "./config-show.ts";

/** Writes one setting. */
export const configSet = defineMethod({
  name: "config.set",
  summary:
    "Writes one setting into the configuration file, comments kept; refused when the file would not be valid.",
  params: z.object({
    key: ConfigKey,
    /** As a person types it: YAML where the setting is no text. */
    text: z.string(),
  }),
  result: z.object({ path: z.string(), entry: ConfigEntry }),
});
