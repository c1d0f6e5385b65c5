import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { Endpoint } from "./endpoint.ts";

/** Lists the endpoints and how their engines are. Starts no driver's process unless asked to. */
export const driverList = defineMethod({
  name: "driver.list",
  summary:
    "Lists the endpoints; those that are linked in or whose process runs are probed. With `start` all are.",
  params: z.object({ start: z.boolean().default(false) }),
  result: z.object({ endpoints: z.array(Endpoint) }),
});
