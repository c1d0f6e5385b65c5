import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { TerminalKey } from "./terminal.ts";

/** Types into a terminal. */
export const terminalWrite = defineMethod({
  name: "terminal.write",
  summary: "Types into a terminal.",
  params: TerminalKey.extend({ data: z.base64() }),
  result: z.object({}),
});
