import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { TerminalKey, TerminalSize } from "./terminal.ts";

/** Changes the size of a terminal: the last client to say so decides. */
export const terminalResize = defineMethod({
  name: "terminal.resize",
  summary: "Changes the size of a terminal.",
  params: TerminalKey.extend({ size: TerminalSize }),
  result: z.object({}),
});
