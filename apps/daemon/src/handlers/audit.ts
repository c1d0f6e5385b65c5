import type { auditRead } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import type { Room } from "./room.ts";

export function handleAuditRead({ audit }: Room): HandlerOf<typeof auditRead> {
  return async (filter) => ({ entries: audit.read(filter) });
}
