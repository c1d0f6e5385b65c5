import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { RunOptions } from "./requests.ts";
import { Started } from "./started.ts";

/** Starts the uninstall action of a bundle. */
export const installationUninstall = defineMethod({
  name: "installation.uninstall",
  summary: "Starts the uninstall action, building the bundle first when its source changed.",
  params: RunOptions.extend({
    /** Remove the record after success. */
    delete: z.boolean().default(false),
    /** Remove the record whatever happens. */
    forceDelete: z.boolean().default(false),
  }),
  result: Started,
});
