import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { TerminalKey } from "./terminal.ts";

/** Hangs up a terminal: its program ends, and a run made for it too. Twice is fine. */
export const terminalClose = defineMethod({
  name: "terminal.close",
  summary: "Hangs up a terminal: its program ends, and a run that was made for it.",
  params: TerminalKey,
  result: z.object({}),
});
