import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstallationKey } from "./installation.ts";
import { Grant } from "./power.ts";

/** What an installation was granted. */
export const grantList = defineMethod({
  name: "grant.list",
  summary: "Gives the powers that runs of an installation have until they are revoked.",
  params: InstallationKey,
  result: z.object({ grants: z.array(Grant) }),
});
