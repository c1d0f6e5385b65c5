import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { Plan } from "./plan.ts";
import { RunOptions } from "./requests.ts";

/** What an action would do and touch. */
export const installationPlan = defineMethod({
  name: "installation.plan",
  summary: "Says what an action would do and touch. Creates nothing and needs no engine.",
  params: RunOptions.extend({ action: z.string().min(1) }),
  result: z.object({ plan: Plan }),
});
