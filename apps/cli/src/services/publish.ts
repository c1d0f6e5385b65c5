import type { Given } from "../command-line/given.ts";
import { followOperation } from "../follow-operation.ts";
import { readBuildSource } from "../inputs/bundle-source.ts";
import { optional } from "../inputs/optional.ts";
import { isJson } from "../output/json.ts";
import { reportOutcome } from "../output/outcome.ts";
import type { World } from "../world.ts";

/** `gantry publish` */
export async function publish(given: Given, world: World): Promise<number> {
  const request = {
    source: await readBuildSource(given, world),
    ...optional("reference", given.text("reference")),
    ...optional("registry", given.text("registry")),
    ...optional("tag", given.text("tag")),
    autobuild: !given.has("autobuild-disabled"),
    force: given.has("force"),
    insecureRegistry: given.has("insecure-registry"),
  };
  const json = isJson(given);
  const outcome = await followOperation(world, {
    isJson: json,
    start: (client) => client.request("bundle.publish", request),
  });
  return reportOutcome(world, outcome, json);
}
