import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { RunOptions } from "./requests.ts";
import { Started } from "./started.ts";

/** Starts a custom action of a bundle. */
export const installationInvoke = defineMethod({
  name: "installation.invoke",
  summary: "Starts a custom action, building the bundle first when its source changed.",
  params: RunOptions.extend({ action: z.string().min(1) }),
  result: Started,
});
