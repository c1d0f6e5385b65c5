import type { Bundle } from "@gantry/cnab";
import { expectedOutputs } from "@gantry/cnab";
import type { Run } from "@gantry/driver-api";
import { Fault } from "../fault.ts";
import { OUTPUTS_DIR } from "./spec.ts";

/** Bytes of one run's outputs that are accepted. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Reads the outputs that the action owes; whatever else lies in the directory is left. Throws `no-space` beyond 512 MiB. */
export async function collectOutputs(
  run: Run,
  {
    bundle,
    action,
    signal,
  }: { readonly bundle: Bundle; readonly action: string; readonly signal: AbortSignal },
): Promise<Map<string, Uint8Array>> {
  const names = expectedOutputs(bundle, action);
  const pieces = new Map<string, Uint8Array[]>();
  let total = 0;
  for await (const { path, data } of run.outputs(signal)) {
    const name = names.get(`${OUTPUTS_DIR}/${path}`);
    total += data.length;
    if (total > MOST_BYTES) throw tooLarge(name ?? path);
    if (name === undefined) continue;
    const known = pieces.get(name) ?? [];
    known.push(data);
    pieces.set(name, known);
  }
  return new Map([...pieces].map(([name, parts]) => [name, Buffer.concat(parts)]));
}

function tooLarge(name: string): Fault {
  return new Fault(
    "output-missing",
    `The outputs are larger than ${MOST_BYTES / 1024 / 1024} MiB together; the last one read is ${name}.`,
    {
      hint: "Let the bundle put large results elsewhere, such as an object store, and output their address.",
    },
  );
}
