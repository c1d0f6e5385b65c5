import { z } from "zod";

const Stream = z.enum(["stdout", "stderr"]).default("stdout");

/** One thing that a scripted program does. */
export const Step = z.union([
  z.strictObject({ print: z.string(), to: Stream }),
  /** Prints `count` lines `<prefix>1`, `<prefix>2`, … */
  z.strictObject({ lines: z.int().nonnegative(), prefix: z.string().default(""), to: Stream }),
  z.strictObject({ sleepMs: z.number().nonnegative() }),
  /** Writes an output. */
  z.strictObject({ write: z.string().min(1), text: z.string() }),
  /** What SIGTERM does from here on. */
  z.strictObject({
    onTerm: z.union([
      z.literal("ignore"),
      z.strictObject({ print: z.string(), exit: z.int().min(0).max(255) }),
    ]),
  }),
  z.strictObject({ notice: z.string(), level: z.enum(["info", "warning"]).default("info") }),
  z.strictObject({ exit: z.int().min(0).max(255), outOfMemory: z.boolean().default(false) }),
  /** The engine loses the run. */
  z.strictObject({ lose: z.string().min(1) }),
]);
export type Step = z.output<typeof Step>;

/** What a fake program does, from its start to its end. Without `exit` it ends with 0. */
export const Script = z.array(Step);
export type Script = z.output<typeof Script>;
