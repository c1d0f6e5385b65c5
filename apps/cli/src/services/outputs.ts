import type { Given } from "../command-line/given.ts";
import { readOutputOwner } from "../inputs/bundle-source.ts";
import { optional } from "../inputs/optional.ts";
import { isJson, writeJson } from "../output/json.ts";
import { outputsJson, outputsTable } from "../output/outputs-table.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry outputs list` */
export async function listOutputs(given: Given, world: World): Promise<number> {
  const request = { ...(await readKey(given, world)), reveal: given.has("reveal") };
  const { outputs } = await withClient(world, (client) => client.request("output.list", request));
  if (isJson(given)) await writeJson(world, outputsJson(outputs));
  else await write(world.stdout, outputsTable(outputs));
  return 0;
}

/** `gantry outputs show`: the bytes as they are, whoever reads them. */
export async function showOutput(given: Given, world: World): Promise<number> {
  const name = given.argument("NAME") ?? "";
  const request = { ...(await readKey(given, world)), output: name };
  const json = isJson(given);
  const kept: Buffer[] = [];
  const { sensitive } = await withClient(world, async (client) => {
    await client.ready;
    const call = client.call("output.show", request);
    for await (const { data } of call) {
      if (world.stdout.destroyed) break;
      const bytes = Buffer.from(data, "base64");
      if (json) kept.push(bytes);
      else await write(world.stdout, bytes);
    }
    return call.result;
  });
  if (json) {
    const whole = Buffer.concat(kept);
    await writeJson(world, { name, sensitive, size: whole.length, ...valueOf(whole) });
  }
  return 0;
}

/** Text where the bytes are text, else base64. */
function valueOf(bytes: Buffer): { readonly value: string } | { readonly base64: string } {
  const value = bytes.toString("utf8");
  return Buffer.from(value).equals(bytes) ? { value } : { base64: bytes.toString("base64") };
}

async function readKey(given: Given, world: World) {
  return {
    name: await readOutputOwner(given, world),
    namespace: given.text("namespace") ?? "",
    ...optional("runId", given.text("run")),
  };
}
