import type { Given } from "../command-line/given.ts";
import { readAssignments } from "../inputs/assignments.ts";
import { readCount } from "../inputs/count.ts";
import { optional } from "../inputs/optional.ts";
import { isJson, writeJson } from "../output/json.ts";
import { table } from "../output/table.ts";
import { sinceWhen } from "../output/times.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

const HEADERS = ["NAMESPACE", "NAME", "VERSION", "STATE", "STATUS", "MODIFIED"];

/** `gantry list` */
export async function list(given: Given, world: World): Promise<number> {
  const namespace = given.has("all-namespaces") ? undefined : (given.text("namespace") ?? "");
  const filter = {
    ...optional("namespace", namespace),
    ...optional("name", given.text("name")),
    ...optional("limit", readCount(given, "limit", 1)),
    labels: readAssignments("--label", given.list("label")),
    skip: readCount(given, "skip", 0) ?? 0,
  };
  const { installations } = await withClient(world, (client) =>
    client.request("installation.list", filter),
  );
  if (isJson(given)) {
    await writeJson(world, installations);
    return 0;
  }
  const now = Date.now();
  const rows = installations.map(({ namespace: space, name, status, _calculated: shown }) => [
    space,
    name,
    status.bundleVersion,
    shown.displayInstallationState,
    shown.displayInstallationStatus,
    sinceWhen(status.modified, now),
  ]);
  await write(world.stdout, table(HEADERS, rows));
  return 0;
}
