import { z } from "zod";
import type { ImageLayer } from "@gantry/oci";

/** What the unpacking process is asked, as JSON on its standard input. */
export interface UnpackRequest {
  readonly contentDir: string;
  readonly directory: string;
  readonly layers: readonly ImageLayer[];
  /** The last range of ids that exist in its namespace. */
  readonly ids: { readonly inside: number; readonly count: number };
}

/** What it answers, as JSON on its standard output. */
const UnpackReply = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true) }),
  z.object({
    ok: z.literal(false),
    code: z.enum(["no-space", "internal"]),
    message: z.string(),
    hint: z.string(),
  }),
]);
export type UnpackReply = z.infer<typeof UnpackReply>;

/** Reads an answer; `undefined` when the process ended without one. */
export function parseReply(text: string): UnpackReply | undefined {
  try {
    return UnpackReply.parse(JSON.parse(text));
  } catch {
    // It died before it could answer; what it wrote to stderr is the message then.
    return undefined;
  }
}
