import type { Given } from "../command-line/given.ts";
import { readInstallationName } from "../inputs/bundle-source.ts";
import { isJson, writeJson } from "../output/json.ts";
import { table } from "../output/table.ts";
import { stamp } from "../output/times.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry runs list` */
export async function listRuns(given: Given, world: World): Promise<number> {
  const key = {
    name: await readInstallationName(given, world),
    namespace: given.text("namespace") ?? "",
  };
  const { runs } = await withClient(world, (client) => client.request("run.list", key));
  if (isJson(given)) {
    await writeJson(world, runs);
    return 0;
  }
  const rows = runs.map(({ id, action, started, stopped, status, driver }) => [
    id,
    action,
    stamp(started),
    stamp(stopped),
    status,
    driver,
  ]);
  await write(
    world.stdout,
    table(["Run ID", "Action", "Started", "Stopped", "Status", "Driver"], rows),
  );
  return 0;
}
