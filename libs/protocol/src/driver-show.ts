import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { Endpoint } from "./endpoint.ts";

/** One endpoint, with the schema of its driver's options. */
export const driverShow = defineMethod({
  name: "driver.show",
  summary: "Gives one endpoint, probed, with the JSON Schema of its options.",
  params: z.object({ name: z.string().min(1) }),
  result: z.object({ endpoint: Endpoint, optionsSchema: z.record(z.string(), z.unknown()) }),
});
