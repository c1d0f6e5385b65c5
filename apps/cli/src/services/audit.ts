import type { Given } from "../command-line/given.ts";
import { readCount } from "../inputs/count.ts";
import { optional } from "../inputs/optional.ts";
import { isJson, writeJson } from "../output/json.ts";
import { table } from "../output/table.ts";
import { stamp } from "../output/times.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry audit` */
export async function audit(given: Given, world: World): Promise<number> {
  const filter = {
    ...optional("owner", given.text("owner")),
    ...optional("verdict", readVerdict(given)),
    ...optional("limit", readCount(given, "limit", 1)),
  };
  const { entries } = await withClient(world, (client) => client.request("audit.read", filter));
  if (isJson(given)) {
    await writeJson(world, entries);
    return 0;
  }
  const rows = entries.map(({ time, owner, verdict: word, method, path, reason = "" }) => [
    stamp(time),
    `${owner.kind} ${owner.name.replace(/^\//, "")}`,
    word,
    `${method} ${path}`,
    reason,
  ]);
  await write(world.stdout, table(["Time", "Owner", "Verdict", "Call", "Reason"], rows));
  return 0;
}

function readVerdict(given: Given): "allowed" | "denied" | undefined {
  const word = given.text("verdict");
  return word === "allowed" || word === "denied" ? word : undefined;
}
