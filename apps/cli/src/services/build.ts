import type { Given } from "../command-line/given.ts";
import { followOperation } from "../follow-operation.ts";
import { readBuildOptions } from "../inputs/build-options.ts";
import { readBuildSource } from "../inputs/bundle-source.ts";
import { isJson } from "../output/json.ts";
import { reportOutcome } from "../output/outcome.ts";
import type { World } from "../world.ts";

/** `gantry build` */
export async function build(given: Given, world: World): Promise<number> {
  const request = {
    ...readBuildOptions(given, world),
    source: await readBuildSource(given, world),
  };
  const json = isJson(given);
  const outcome = await followOperation(world, {
    isJson: json,
    start: (client) => client.request("bundle.build", request),
  });
  return reportOutcome(world, outcome, json);
}
