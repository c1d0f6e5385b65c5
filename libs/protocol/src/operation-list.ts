import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { Operation } from "./operation.ts";

/** Lists operations, the latest first. */
export const operationList = defineMethod({
  name: "operation.list",
  summary: "Lists operations, running and past.",
  params: z.object({
    running: z.boolean().default(false),
    limit: z.int().positive().max(1000).default(50),
  }),
  result: z.object({ operations: z.array(Operation) }),
});
