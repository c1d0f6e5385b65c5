import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { LoggedEvent, OperationOutcome } from "./operation.ts";

/** Follows an operation from any position of its log to its end. Many may watch; each at its own speed. */
export const operationWatch = defineMethod({
  name: "operation.watch",
  summary:
    "Gives every event of an operation behind `after`, then waits for more until the operation ends.",
  params: z.object({ operationId: z.string(), after: z.int().nonnegative().default(0) }),
  progress: LoggedEvent,
  result: OperationOutcome,
});
