import { z } from "zod";

/** One thing that is wrong with an engine and what mends it. */
export const Problem = z.object({
  /** What is wrong, in one sentence. */
  text: z.string().min(1),
  /** A command to run or a setting to change. */
  fix: z.string().min(1),
});
export type Problem = z.infer<typeof Problem>;

/** How an engine is. Being away is an answer, not an error. */
export const Probe = z.object({
  state: z.enum(["ready", "degraded", "unavailable"]),
  /** The engine's product and version, such as `Docker Engine 28.2.2`. */
  engine: z.string().exactOptional(),
  /** Empty exactly when `state` is `ready`. */
  problems: z.array(Problem),
});
export type Probe = z.infer<typeof Probe>;
