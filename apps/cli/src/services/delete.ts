import type { Given } from "../command-line/given.ts";
import { readInstallationName } from "../inputs/bundle-source.ts";
import { isJson, writeJson } from "../output/json.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry delete` */
export async function deleteInstallation(given: Given, world: World): Promise<number> {
  const key = {
    name: await readInstallationName(given, world),
    namespace: given.text("namespace") ?? "",
  };
  await withClient(world, (client) =>
    client.request("installation.delete", { ...key, force: given.has("force") }),
  );
  if (isJson(given)) await writeJson(world, { deleted: key });
  else await write(world.stderr, `Removed the record of ${key.name}.\n`);
  return 0;
}
