import { defineMethod } from "@gantry/rpc";
import { z } from "zod";
import { ClientInfo } from "./client-info.ts";

/** How the daemon is. */
export const daemonStatus = defineMethod({
  name: "daemon.status",
  summary: "Says how the daemon is and what it does.",
  params: z.object({}),
  result: z.object({
    version: z.string(),
    pid: z.int(),
    home: z.string(),
    socket: z.string(),
    started: z.iso.datetime(),
    /** Connections, this one included. */
    clients: z.int(),
    /** The same, one by one, the oldest first; without those that have not said yet who they are. */
    connections: z.array(ClientInfo.extend({ connected: z.iso.datetime() })),
    runningOperations: z.int(),
    /** Terminals whose program goes on. */
    openTerminals: z.int(),
    memoryBytes: z.int(),
    /** Of one core, in the time since this connection asked last; at first since the daemon was started. */
    cpuPercent: z.number(),
    /** Seconds without clients and operations after which it leaves. */
    idleSeconds: z.number(),
  }),
});
