import type { BuildRow } from "../store/builds.ts";
import {
  type BuildRoom,
  findRuntime,
  type ForeseeWork,
  prepare,
  type PreparedBuild,
} from "./build-bundle.ts";
import { causesOf } from "./fingerprint.ts";
import { bundleOf } from "./result.ts";

/** What a build would find: that nothing changed, or the bundle as its source has it now and what changed. */
export type ForeseenBuild =
  | { readonly kind: "up-to-date"; readonly row: BuildRow }
  | {
      readonly kind: "to-build";
      /** Without the image's digest. */
      readonly bundleBytes: Uint8Array;
      /** Inputs that changed since the last build; empty when there was none. */
      readonly changed: readonly string[];
    };

/** Tells what a build of the source would do. Builds nothing and asks no engine. */
export async function foreseeBuild(room: BuildRoom, work: ForeseeWork): Promise<ForeseenBuild> {
  const prepared = await prepare(room, work);
  const row = room.store.builds.find(prepared.source.key);
  const bundleBytes = bundleOf(
    prepared.source,
    {},
    {
      fingerprint: "",
      versions: {},
      version: room.version,
    },
  );
  if (row === undefined) return { kind: "to-build", bundleBytes, changed: [] };
  const changed = await changesSince(room, work, { prepared, row });
  if (changed.length > 0) return { kind: "to-build", bundleBytes, changed };
  return { kind: "up-to-date", row: { ...row, record: { ...row.record, upToDate: true } } };
}

async function changesSince(
  room: BuildRoom,
  { options, context }: ForeseeWork,
  { prepared, row }: { readonly prepared: PreparedBuild; readonly row: BuildRow },
): Promise<readonly string[]> {
  const runtime = await findRuntime(room, options.platform, context.signal);
  const inputs = prepared.inputs(options.driver ?? row.record.endpoint, runtime.digest);
  return causesOf(options, row.inputs, inputs);
}
