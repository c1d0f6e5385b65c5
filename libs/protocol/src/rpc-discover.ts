import { defineMethod } from "@gantry/rpc";
import { z } from "zod";

/** The OpenRPC document of the daemon's methods, generated from their definitions. */
export const rpcDiscover = defineMethod({
  name: "rpc.discover",
  summary: "Describes every method as an OpenRPC document.",
  params: z.object({}),
  result: z.record(z.string(), z.unknown()),
});
