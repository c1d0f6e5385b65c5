import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { Installation } from "./installation.ts";

/** Lists installations, by namespace and name. */
export const installationList = defineMethod({
  name: "installation.list",
  summary: "Lists installations; needs no engine.",
  params: z.object({
    /** Absent: all namespaces. */
    namespace: z.string().exactOptional(),
    /** Part of the name. */
    name: z.string().exactOptional(),
    labels: z.record(z.string(), z.string()).default({}),
    skip: z.int().nonnegative().default(0),
    limit: z.int().positive().exactOptional(),
  }),
  result: z.object({ installations: z.array(Installation) }),
});
