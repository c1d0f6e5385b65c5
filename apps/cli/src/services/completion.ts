import type { Given } from "../command-line/given.ts";
import { TREE } from "../commands/tree.ts";
import { SHELLS } from "../completion/shell-scripts.ts";
import { placesOf } from "../completion/words.ts";
import { isJson, writeJson } from "../output/json.ts";
import { write } from "../progress/write.ts";
import type { World } from "../world.ts";

/** `gantry completion` */
export async function completion(given: Given, world: World): Promise<number> {
  const shell = given.argument("SHELL") ?? "";
  const script = SHELLS[shell]?.(placesOf(TREE)) ?? "";
  if (isJson(given)) await writeJson(world, { shell, script });
  else await write(world.stdout, script);
  return 0;
}
