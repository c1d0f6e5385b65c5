import { z } from "zod";

/** An operation has been recorded and is under way; `operation.watch` follows it. */
export const Started = z.object({
  operationId: z.string(),
  installation: z.string().exactOptional(),
});
