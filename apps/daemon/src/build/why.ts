import { type BuildRoom, type BuildWork, findRuntime, prepare } from "./build-bundle.ts";
import type { BuildRow } from "../store/builds.ts";
import { changes } from "./fingerprint.ts";

/** What a build would find changed now; nothing is built and no engine is contacted. */
export async function changesSince(
  room: BuildRoom,
  before: BuildRow,
  work: BuildWork,
): Promise<string[]> {
  const prepared = await prepare(room, work);
  const runtime = await findRuntime(room, before.options.platform, work.context.signal);
  return changes(before.inputs, prepared.inputs(before.record.endpoint, runtime.digest));
}
