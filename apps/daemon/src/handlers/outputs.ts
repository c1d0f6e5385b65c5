import type { outputList, outputShow, OutputValue } from "@gantry/protocol";
import type { HandlerOf } from "@gantry/rpc";
import { nearest } from "@gantry/cnab";
import { Fault } from "../fault.ts";
import { isInternal, readableText, typeOf } from "../run/finish-run.ts";
import type { StoredOutput } from "../store/outputs.ts";
import { findClaim, findInstallation } from "./find-installation.ts";
import type { Room } from "./room.ts";

const PIECE_BYTES = 64 * 1024;

export function handleOutputList(room: Room): HandlerOf<typeof outputList> {
  return async ({ reveal, ...key }) => ({
    outputs: storedOutputs(room, key).flatMap((output) => toValue(room, output, reveal)),
  });
}

export function handleOutputShow(room: Room): HandlerOf<typeof outputShow> {
  return async ({ output: name, ...key }, { report, signal }) => {
    const stored = storedOutputs(room, key);
    const output = stored.find((one) => one.name === name);
    if (output === undefined) throw noSuchOutput(name, stored);
    const content = room.store.outputs.read(output);
    for (let from = 0; from < content.length; from += PIECE_BYTES) {
      signal.throwIfAborted();
      await report({
        data: Buffer.from(content.subarray(from, from + PIECE_BYTES)).toString("base64"),
      });
    }
    return { size: content.length, sensitive: output.sensitive };
  };
}

function storedOutputs(
  room: Room,
  key: { name: string; namespace: string; runId?: string },
): StoredOutput[] {
  if (key.runId !== undefined) return room.store.outputs.of(findClaim(room, key).id);
  return room.store.outputs.latest(findInstallation(room, key).id);
}

function toValue({ store }: Room, output: StoredOutput, reveal: boolean): OutputValue[] {
  const { name, sensitive, size, claimId } = output;
  const bundle = store.claims.find(claimId)?.bundle;
  if (bundle === undefined || isInternal(bundle, name)) return [];
  const value = sensitive && !reveal ? undefined : readableText(store.outputs.read(output));
  return [
    {
      name,
      type: typeOf(bundle, name),
      sensitive,
      size,
      ...(value === undefined ? {} : { value }),
    },
  ];
}

function noSuchOutput(name: string, stored: readonly StoredOutput[]): Fault {
  const near = nearest(
    name,
    stored.map((one) => one.name),
  );
  return new Fault("not-found", `There is no output ${name}.`, {
    hint: near === undefined ? "See `gantry outputs list`." : `Did you mean ${near}?`,
  });
}
