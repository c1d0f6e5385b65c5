import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { Installation, InstallationKey } from "./installation.ts";

/** One installation. */
export const installationShow = defineMethod({
  name: "installation.show",
  summary: "Gives one installation.",
  params: InstallationKey,
  result: z.object({ installation: Installation }),
});
