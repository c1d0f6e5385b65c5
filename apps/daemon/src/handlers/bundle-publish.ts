import type { bundlePublish } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { publishBundle } from "../publish/publish-bundle.ts";
import type { Room, Session } from "./room.ts";

export function handleBundlePublish(room: Room, session: Session): HandlerOf<typeof bundlePublish> {
  return async (params) => {
    const { environment } = session;
    const operation = await room.operations.start({ kind: "publish" }, async (context) => {
      context.made.publish = await publishBundle(room, { ...params, environment, context });
    });
    return { operationId: operation.id };
  };
}
