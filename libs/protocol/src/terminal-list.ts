import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { Terminal } from "./terminal.ts";

/** The terminals that the daemon holds, oldest first. */
export const terminalList = defineMethod({
  name: "terminal.list",
  summary: "Lists the terminals that the daemon holds.",
  params: z.object({}),
  result: z.object({ terminals: z.array(Terminal) }),
});
