import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { InstallationKey } from "./installation.ts";
import { Grant, Power } from "./power.ts";

/** Takes powers away from an installation's next runs. */
export const grantRevoke = defineMethod({
  name: "grant.revoke",
  summary: "Revokes powers of an installation: those named, or all. A run under way keeps its own.",
  params: InstallationKey.extend({ powers: z.array(Power).exactOptional() }),
  result: z.object({ revoked: z.array(Power), grants: z.array(Grant) }),
});
