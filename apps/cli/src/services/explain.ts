import type { ExplainedBundle, PublishedAt } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { readBundleSource } from "../inputs/bundle-source.ts";
import { isJson, writeJson } from "../output/json.ts";
import { block, table } from "../output/table.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry explain` */
export async function explain(given: Given, world: World): Promise<number> {
  const source = await readBundleSource(given, world);
  const answer = await withClient(world, (client) => client.request("bundle.explain", { source }));
  if (isJson(given)) await writeJson(world, answer);
  else await write(world.stdout, textOf(answer.bundle, answer.published));
  return 0;
}

function textOf(bundle: ExplainedBundle, published: PublishedAt | undefined): string {
  const head = block([
    ["Name", bundle.name],
    ["Version", bundle.version],
    ["Description", bundle.description ?? ""],
    ["Reference", published?.reference ?? ""],
    ["Digest", published?.digest ?? ""],
    ["Requires", bundle.requires.join(", ")],
  ]);
  const parameters = bundle.parameters.map((one) => [
    one.name,
    one.type,
    one.default === undefined ? "" : JSON.stringify(one.default),
    yes(one.required),
    one.description ?? "",
  ]);
  const credentials = bundle.credentials.map((one) => [
    one.name,
    yes(one.required),
    one.description ?? "",
  ]);
  const outputs = bundle.outputs.map((one) => [one.name, one.type, one.description ?? ""]);
  const actions = bundle.actions.map((one) => [one.name, one.description ?? ""]);
  return [
    head,
    part("Actions", ["Name", "Description"], actions),
    part("Parameters", ["Name", "Type", "Default", "Required", "Description"], parameters),
    part("Credentials", ["Name", "Required", "Description"], credentials),
    part("Outputs", ["Name", "Type", "Description"], outputs),
  ].join("");
}

function part(title: string, columns: readonly string[], rows: readonly string[][]): string {
  return rows.length === 0 ? "" : `\n${title}:\n${table(columns, rows)}`;
}

function yes(isSo: boolean): string {
  return isSo ? "yes" : "no";
}
