import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { ClientInfo } from "./client-info.ts";

/** The handshake: the first call on a connection. Loads no driver and contacts no engine. */
export const initialize = defineMethod({
  name: "initialize",
  summary: "Tells both sides who the other is. The first call on a connection.",
  params: z.object({
    client: ClientInfo,
    protocol: z.int(),
    /** The client's values of `ENGINE_VARIABLES`. */
    environment: z.record(z.string(), z.string()).default({}),
    /** The daemon program that the client would start, as it is on disk. */
    program: z.object({ path: z.string(), stamp: z.string() }).exactOptional(),
  }),
  result: z.object({
    daemon: z.object({ version: z.string(), pid: z.int(), home: z.string() }),
    protocol: z.int(),
    /** Method names that this daemon serves. */
    methods: z.array(z.string()),
    /** The program was built anew since this daemon was started and nothing is under way: it leaves, and answers nothing more. */
    isLeaving: z.boolean().default(false),
  }),
});
