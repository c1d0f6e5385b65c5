import { join } from "node:path";
import type { ConfigEntry } from "@gantry/protocol";
import { homeOf } from "@gantry/protocol/light";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import { isJson, writeJson } from "../output/json.ts";
import { table } from "../output/table.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** A setting and what decides it: a variable, the file, or nobody. */
interface Effective {
  readonly key: string;
  readonly value: ConfigEntry["value"];
  readonly from: "default" | "environment" | "file";
  /** `PATH:LINE:COLUMN`, or the variable. */
  readonly where: string;
}

/** `gantry config list` */
export async function listConfig(given: Given, world: World): Promise<number> {
  return print(given, world, await effective(world));
}

/** `gantry config get` */
export async function getConfig(given: Given, world: World): Promise<number> {
  const key = given.argument("KEY") ?? "";
  const settings = await effective(world);
  const one = settings.find((setting) => setting.key === key);
  if (one !== undefined) {
    if (isJson(given)) await writeJson(world, one.value);
    else await write(world.stdout, `${textOf(one.value)}\n`);
    return 0;
  }
  const below = settings.filter((setting) => setting.key.startsWith(`${key}.`));
  if (below.length > 0) return print(given, world, below);
  throw new UsageError(`${key} is not set, and is no setting with a default.`, {
    hint: "See `gantry config list`.",
  });
}

/** `gantry config set` */
export async function setConfig(given: Given, world: World): Promise<number> {
  const key = given.argument("KEY") ?? "";
  const text = given.argument("VALUE") ?? "";
  const { path, entry } = await withClient(world, (client) =>
    client.request("config.set", { key, text }),
  );
  if (isJson(given)) await writeJson(world, entry);
  else await write(world.stderr, `${entry.key} is ${textOf(entry.value)} in ${path}\n`);
  return 0;
}

/** `gantry config unset` */
export async function unsetConfig(given: Given, world: World): Promise<number> {
  const key = given.argument("KEY") ?? "";
  const { path } = await withClient(world, (client) => client.request("config.unset", { key }));
  if (isJson(given)) await writeJson(world, { key, path });
  else await write(world.stderr, `${key} is no more in ${path}\n`);
  return 0;
}

/** `gantry config path`: contacts no daemon, so that a file that is broken can be found. */
export async function configPath(given: Given, world: World): Promise<number> {
  const path = join(homeOf(world.env), "config.yaml");
  if (isJson(given)) await writeJson(world, { path });
  else await write(world.stdout, `${path}\n`);
  return 0;
}

async function effective(world: World): Promise<Effective[]> {
  const { entries } = await withClient(world, (client) => client.request("config.show", {}));
  return entries.map((entry) => fromVariable(world, entry) ?? fromFile(entry));
}

function fromFile({ key, value, place }: ConfigEntry): Effective {
  if (place === undefined) return { key, value, from: "default", where: "" };
  const where = [place.path, place.line, place.column].filter((part) => part !== undefined);
  return { key, value, from: "file", where: where.join(":") };
}

/** A variable wins over the file; a flag of a command wins over both. */
function fromVariable({ env }: World, { key }: ConfigEntry): Effective | undefined {
  const name = key === "failOver" ? "GANTRY_FAIL_OVER" : variableOf(key);
  const text = name === undefined ? undefined : env[name];
  if (name === undefined || text === undefined || text === "") return undefined;
  const value = key === "failOver" ? text === "true" || text === "1" : text;
  return { key, value, from: "environment", where: name };
}

/** The variable that sets an option of an endpoint. */
function variableOf(key: string): string | undefined {
  const [, endpoint, option] = /^endpoints\.([^.]+)\.options\.([^.]+)$/.exec(key) ?? [];
  if (endpoint === undefined || option === undefined) return undefined;
  return `GANTRY_ENDPOINT_${toUpper(endpoint)}_${toUpper(option)}`;
}

function toUpper(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]/g, "_")
    .toUpperCase();
}

async function print(given: Given, world: World, settings: readonly Effective[]): Promise<number> {
  if (isJson(given)) {
    await writeJson(world, settings);
    return 0;
  }
  const rows = settings.map(({ key, value, from, where }) => [key, textOf(value), where || from]);
  await write(world.stdout, table(["Key", "Value", "From"], rows));
  return 0;
}

function textOf(value: ConfigEntry["value"]): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
