import { defineMethod } from "@gantry/rpc";
import { z } from "zod";

/** The options of a driver, or of an endpoint's driver. Starts none of those that are installed or built in. */
export const driverOptions = defineMethod({
  name: "driver.options",
  summary: "Gives the JSON Schema of a driver's options.",
  params: z.object({ name: z.string().min(1) }),
  result: z.object({
    name: z.string(),
    driver: z.string(),
    version: z.string(),
    schema: z.record(z.string(), z.unknown()),
  }),
});
