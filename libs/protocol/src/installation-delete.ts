import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstallationKey } from "./installation.ts";

/** Removes an installation's record, runs, outputs and logs. What it deployed stays as it is. */
export const installationDelete = defineMethod({
  name: "installation.delete",
  summary:
    "Removes the record of an installation whose last action was a successful uninstall, or any with force.",
  params: InstallationKey.extend({ force: z.boolean().default(false) }),
  result: z.object({}),
});
