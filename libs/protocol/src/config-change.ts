import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { ConfigKey } from "./config-key.ts";

/** Writes several settings at once, all of them or none; or says what that would make of the file. */
export const configChange = defineMethod({
  name: "config.change",
  summary:
    "Changes several settings of the configuration file at once, comments kept; refused when the file would not be valid.",
  params: z.object({
    /** In their order. Without a value the setting is taken out. */
    changes: z
      .array(z.object({ key: ConfigKey, value: z.json().exactOptional() }))
      .min(1)
      .max(1_000),
    /** Check it and write nothing. */
    dryRun: z.boolean().default(false),
  }),
  /** The text of the file before and after. */
  result: z.object({ path: z.string(), before: z.string(), after: z.string() }),
});
