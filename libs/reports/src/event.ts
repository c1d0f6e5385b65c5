import { z } from "zod";

/** Output of a program. `text` is whole lines, each with its newline; only a line over 64 KiB or the very last one may lack it. */
export const LogEvent = z.object({
  kind: z.literal("log"),
  stream: z.enum(["stdout", "stderr"]),
  text: z.string(),
  /** The step that printed it, where there are steps. */
  step: z.string().exactOptional(),
});
export type LogEvent = z.infer<typeof LogEvent>;

/** A step changed its state. The first event of a step is `started` or `cached`. */
export const StepEvent = z.object({
  kind: z.literal("step"),
  /** Names the step in every later event of the same work. */
  step: z.string().min(1),
  /** For people: the instruction as written, or what is done. */
  title: z.string(),
  state: z.enum(["started", "done", "cached", "failed", "canceled"]),
  /** Why a started step was not cached, or why it failed. One sentence. */
  reason: z.string().exactOptional(),
  /** Milliseconds that the step took; present once it ended. */
  durationMs: z.number().nonnegative().exactOptional(),
});
export type StepEvent = z.infer<typeof StepEvent>;

/** How far something countable has come. `total` is absent while it is unknown. */
export const ProgressEvent = z.object({
  kind: z.literal("progress"),
  step: z.string().exactOptional(),
  title: z.string(),
  current: z.number().nonnegative(),
  total: z.number().nonnegative().exactOptional(),
  unit: z.enum(["bytes", "items"]),
});
export type ProgressEvent = z.infer<typeof ProgressEvent>;

/** Something the user should know: a choice that was made, a feature that was ignored, an owner that cannot be kept. */
export const NoticeEvent = z.object({
  kind: z.literal("notice"),
  level: z.enum(["info", "warning"]),
  text: z.string(),
  hint: z.string().exactOptional(),
});
export type NoticeEvent = z.infer<typeof NoticeEvent>;

/** Everything that work in progress can say. */
export const WorkEvent = z.discriminatedUnion("kind", [
  LogEvent,
  StepEvent,
  ProgressEvent,
  NoticeEvent,
]);
export type WorkEvent = z.infer<typeof WorkEvent>;
