import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { TerminalKey } from "./terminal.ts";

/** What a terminal prints, from a position. Cancelling the call detaches. */
export const terminalAttach = defineMethod({
  name: "terminal.attach",
  summary:
    "Gives what a terminal printed after a position and then what it prints, until its program ends. Cancelling detaches.",
  params: TerminalKey.extend({
    /** Bytes already seen; what is no longer kept is skipped. */
    after: z.int().nonnegative().default(0),
  }),
  progress: z.object({
    /** Position after `data`: bytes since the terminal was opened. */
    offset: z.int().nonnegative(),
    data: z.base64(),
  }),
  result: z.object({ exitCode: z.int() }),
});
