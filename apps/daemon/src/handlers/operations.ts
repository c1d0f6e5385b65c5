import type {
  logRead,
  operationCancel,
  operationList,
  operationRequest,
  operationWatch,
} from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { Fault } from "../fault.ts";
import { findClaim } from "./find-installation.ts";
import type { Room } from "./room.ts";

export function handleOperationList({ store }: Room): HandlerOf<typeof operationList> {
  return async (filter) => ({ operations: store.operations.list(filter) });
}

export function handleOperationWatch({ operations }: Room): HandlerOf<typeof operationWatch> {
  return async ({ operationId, after }, { signal, report }) => {
    operations.known(operationId);
    for await (const event of operations.watch(operationId, after, signal)) await report(event);
    signal.throwIfAborted();
    return operations.outcome(operationId);
  };
}

export function handleOperationCancel({ operations }: Room): HandlerOf<typeof operationCancel> {
  return async ({ operationId, kill }) => {
    operations.cancel(operationId, { kill });
    return {};
  };
}

export function handleOperationRequest(room: Room): HandlerOf<typeof operationRequest> {
  return async ({ operationId }) => {
    room.operations.known(operationId);
    const request = room.store.operations.request(operationId);
    return request === undefined ? {} : { request };
  };
}

export function handleLogRead(room: Room): HandlerOf<typeof logRead> {
  return async (key, { signal, report }) => {
    const claim = findClaim(room, key);
    if (!room.operations.hasLog(claim.operationId)) throw noLog(claim.id);
    for await (const { phase, event } of room.operations.watch(claim.operationId, 0, signal)) {
      if (phase === "run" && event.kind === "log") await report(event);
    }
    return { runId: claim.id };
  };
}

function noLog(runId: string): Fault {
  return new Fault("not-found", `The log of run ${runId} was not kept.`, {
    hint: "It was run with --no-logs.",
  });
}
