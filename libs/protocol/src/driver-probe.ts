import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { EndpointProbe } from "./endpoint.ts";

/** Asks one endpoint how its engine is, and nothing else: what a client repeats. */
export const driverProbe = defineMethod({
  name: "driver.probe",
  summary: "Asks one endpoint how its engine is; starts its driver's process if need be.",
  params: z.object({ name: z.string().min(1) }),
  result: z.object({ probe: EndpointProbe }),
});
