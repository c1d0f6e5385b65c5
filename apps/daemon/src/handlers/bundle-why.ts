import type { bundleWhy } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { sourceKey } from "../build/source.ts";
import { changesSince } from "../build/why.ts";
import { Fault } from "../fault.ts";
import type { Room, Session } from "./room.ts";

export function handleBundleWhy(room: Room, session: Session): HandlerOf<typeof bundleWhy> {
  return async ({ source }, { signal }) => {
    const key = await sourceKey(source);
    const before = room.store.builds.find(key);
    if (before === undefined) throw neverBuilt(key);
    const report = async (): Promise<void> => undefined;
    const context = { ...NOBODY, signal, killSignal: signal, report };
    const { environment } = session;
    const work = { source, options: before.options, environment, context };
    const { record: build, built } = before;
    return { build, built, changes: await changesSince(room, before, work) };
  };
}

/** The reading of a bundle's inputs belongs to no operation. */
const NOBODY = { id: "", cursor: undefined, made: {}, dropLog: () => undefined };

function neverBuilt(key: string): Fault {
  return new Fault("not-found", `${key.split("\n")[0]} has never been built.`, {
    hint: "Run `gantry build`.",
  });
}
