import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { ConfigKey } from "./config-key.ts";

/** Takes one setting, or a whole endpoint, out of the configuration. */
export const configUnset = defineMethod({
  name: "config.unset",
  summary: "Takes a setting or an endpoint out of the configuration file, comments kept.",
  params: z.object({ key: ConfigKey }),
  result: z.object({ path: z.string() }),
});
