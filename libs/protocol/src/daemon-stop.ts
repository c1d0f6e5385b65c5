import { defineMethod } from "@gantry/rpc";
import { z } from "zod";

/** Ends the daemon. Runs go on and are taken up again by the next daemon; builds are cancelled. */
export const daemonStop = defineMethod({
  name: "daemon.stop",
  summary: "Ends the daemon; refused while operations run, unless forced.",
  params: z.object({ force: z.boolean().default(false) }),
  result: z.object({}),
});
