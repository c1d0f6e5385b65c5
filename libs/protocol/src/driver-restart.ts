import { defineMethod } from "@gantry/rpc";
import { z } from "zod";

/** Takes a driver out of quarantine, and gives it a new process for what is asked of it from now on. */
export const driverRestart = defineMethod({
  name: "driver.restart",
  summary:
    "Forgets a driver's crashes; new work gets a new process, what is under way is finished by the old one.",
  params: z.object({ name: z.string().min(1) }),
  result: z.object({}),
});
