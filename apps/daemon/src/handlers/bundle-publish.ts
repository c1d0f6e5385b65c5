import type { bundlePublish } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { publishBundle } from "../publish/publish-bundle.ts";
import { bundleOf } from "./name-of.ts";
import type { Room, Session } from "./room.ts";

export function handleBundlePublish(room: Room, session: Session): HandlerOf<typeof bundlePublish> {
  return async (params) => {
    const { environment } = session;
    const named = await bundleOf(params.source, params.build?.name);
    const operation = await room.operations.start(
      { kind: "publish", ...named },
      async (context) => {
        context.made.publish = await publishBundle(room, { ...params, environment, context });
      },
    );
    return { operationId: operation.id };
  };
}
