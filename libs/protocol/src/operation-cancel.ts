import { defineMethod } from "@gantry/rpc";
import { z } from "zod";

/** Asks an operation to stop: a run gets SIGTERM and its grace, a build ends at once. */
export const operationCancel = defineMethod({
  name: "operation.cancel",
  summary: "Asks an operation to stop; `kill` ends the grace at once. Fine for one that has ended.",
  params: z.object({ operationId: z.string(), kill: z.boolean().default(false) }),
  result: z.object({}),
});
