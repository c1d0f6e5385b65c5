import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstallationKey } from "./installation.ts";
import { OutputValue } from "./operation.ts";

/** Lists outputs: the latest of each name, or those of one run. */
export const outputList = defineMethod({
  name: "output.list",
  summary: "Lists the outputs of an installation or of one run.",
  params: InstallationKey.extend({
    runId: z.string().exactOptional(),
    /** Give sensitive values too. */
    reveal: z.boolean().default(false),
  }),
  result: z.object({ outputs: z.array(OutputValue) }),
});
