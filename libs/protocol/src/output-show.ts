import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstallationKey } from "./installation.ts";

/** Gives an output's bytes, sensitive or not, in pieces. */
export const outputShow = defineMethod({
  name: "output.show",
  summary: "Reads one output whole.",
  params: InstallationKey.extend({ output: z.string().min(1), runId: z.string().exactOptional() }),
  progress: z.object({ data: z.base64() }),
  result: z.object({ size: z.int().nonnegative(), sensitive: z.boolean() }),
});
