import type { Given } from "../command-line/given.ts";
import { isJson, writeJson } from "../output/json.ts";
import { write } from "../progress/write.ts";
import type { World } from "../world.ts";

/** `gantry version` */
export async function version(given: Given, world: World): Promise<number> {
  if (isJson(given)) await writeJson(world, { name: "gantry", version: world.version });
  else await write(world.stdout, `gantry v${world.version}\n`);
  return 0;
}
