import type { Given } from "../command-line/given.ts";
import { readLockPath } from "../inputs/lock-file.ts";
import { readNpmEnvironment } from "../inputs/npm-environment.ts";
import { optional } from "../inputs/optional.ts";
import { isJson, writeJson } from "../output/json.ts";
import { table } from "../output/table.ts";
import { cleanText } from "@gantry/terminal-text";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry drivers remove` */
export async function removeDriver(given: Given, world: World): Promise<number> {
  const name = given.argument("NAME") ?? "";
  const lock = await readLockPath(given, world);
  const { version } = await withClient(world, (client) =>
    client.request("driver.remove", { name, ...optional("lock", lock) }),
  );
  if (isJson(given)) await writeJson(world, { name, version });
  else await write(world.stderr, `${name} ${cleanText(version)} removed.\n`);
  return 0;
}

const HEADERS = ["Install with", "Version", "Publisher", "Description"];

/** `gantry drivers search` */
export async function searchDrivers(given: Given, world: World): Promise<number> {
  const text = given.argument("TEXT") ?? "";
  const environment = await readNpmEnvironment(world);
  const { found, notice } = await withClient(world, (client) =>
    client.request("driver.search", { text, environment }),
  );
  if (notice !== undefined) await write(world.stderr, `Note: ${cleanText(notice)}\n`);
  if (isJson(given)) {
    await writeJson(world, found);
    return 0;
  }
  const rows = found.map((one) => [one.spec, one.version, one.publisher, one.description]);
  await write(world.stdout, table(HEADERS, rows));
  return 0;
}

/** `gantry drivers push` */
export async function pushDriver(given: Given, world: World): Promise<number> {
  const spec = given.argument("DRIVER") ?? "";
  const reference = given.argument("REFERENCE") ?? "";
  const pushed = await withClient(world, (client) =>
    client.request("driver.push", { spec, reference, cwd: world.cwd }),
  );
  if (isJson(given)) await writeJson(world, pushed);
  else {
    await write(world.stderr, `${pushed.name} ${pushed.version} is published:\n`);
    await write(world.stdout, `${pushed.source}\n`);
  }
  return 0;
}
