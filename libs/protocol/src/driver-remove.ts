import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { LockPath } from "./driver-package.ts";

/** Removes an installed driver; refused while a running operation uses it. */
export const driverRemove = defineMethod({
  name: "driver.remove",
  summary: "Removes an installed driver from this home, and from a lock file when one is given.",
  params: z.object({ name: z.string().min(1), lock: LockPath }),
  result: z.object({ version: z.string() }),
});
