import type { Grant } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import { readInstallationName } from "../inputs/bundle-source.ts";
import { readPowers } from "../inputs/powers.ts";
import { isJson, writeJson } from "../output/json.ts";
import { table } from "../output/table.ts";
import { stamp } from "../output/times.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry grants list` */
export async function listGrants(given: Given, world: World): Promise<number> {
  const key = await readKey(given, world);
  const { grants } = await withClient(world, (client) => client.request("grant.list", key));
  await print(given, world, grants);
  return 0;
}

/** `gantry grants revoke` */
export async function revokeGrants(given: Given, world: World): Promise<number> {
  const powers = readPowers(given, world.cwd);
  const isAll = given.has("all");
  if (isAll === powers.length > 0) {
    throw new UsageError("gantry grants revoke needs to know what to revoke.", {
      hint: "Give the flags that granted it, as --cap-add CHOWN, or --all; `gantry grants list` shows them.",
    });
  }
  const key = await readKey(given, world);
  const request = isAll ? key : { ...key, powers };
  const { grants, revoked } = await withClient(world, (client) =>
    client.request("grant.revoke", request),
  );
  if (!isJson(given)) await write(world.stderr, `Revoked ${revoked.length} of ${key.name}.\n`);
  await print(given, world, grants);
  return 0;
}

async function readKey(given: Given, world: World) {
  return {
    name: await readInstallationName(given, world),
    namespace: given.text("namespace") ?? "",
  };
}

async function print(given: Given, world: World, grants: readonly Grant[]): Promise<void> {
  if (isJson(given)) return writeJson(world, grants);
  const rows = grants.map(({ power, value, asker, granted }) => [
    power,
    value,
    asker,
    stamp(granted),
  ]);
  return write(world.stdout, table(["Power", "Value", "Asked by", "Granted"], rows));
}
