import { z } from "zod";

/** How a run ended. Every way of ending is a value; a run never throws for what its program did. */
export const RunOutcome = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("exited"),
    /** As a POSIX shell reads it: 128 + n when signal n ended the program (CNAB Core 103). */
    exitCode: z.int().min(0).max(255),
    /** The kernel ended it because it exceeded its memory. */
    outOfMemory: z.boolean(),
  }),
  z.object({
    kind: z.literal("lost"),
    /** Why nobody can tell how the program ended: the engine went away, the machine restarted. */
    reason: z.string().min(1),
  }),
]);
export type RunOutcome = z.infer<typeof RunOutcome>;
