import type { Given } from "../command-line/given.ts";
import { isJson, writeJson } from "../output/json.ts";
import { table } from "../output/table.ts";
import { cleanText } from "@gantry/terminal-text";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

const HEADERS = ["Option", "Type", "Default", "Description"];

type Schema = Readonly<Record<string, unknown>>;

/** `gantry drivers options` */
export async function driverOptions(given: Given, world: World): Promise<number> {
  const name = given.argument("NAME") ?? "";
  const found = await withClient(world, (client) => client.request("driver.options", { name }));
  if (isJson(given)) {
    await writeJson(world, found.schema);
    return 0;
  }
  const rows = optionRows(found.schema);
  if (rows.length === 0)
    await write(world.stderr, `${cleanText(found.driver)} takes no options.\n`);
  else await write(world.stdout, table(HEADERS, rows));
  return 0;
}

/** One row for each option of a schema, those of objects as `outer.inner`; what must be given is marked. */
export function optionRows(schema: Schema, prefix = ""): readonly (readonly string[])[] {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(recordOf(schema["properties"])).flatMap(([name, value]) => {
    const option = recordOf(value);
    const inner = prefix.length > DEEPEST ? [] : optionRows(option, `${prefix}${name}.`);
    const mark = required.includes(name) ? " (required)" : "";
    const row = [`${prefix}${name}${mark}`, typeOf(option), defaultOf(option), textOf(option)];
    return [row, ...inner];
  });
}

/** Characters of a prefix; schemas of strangers may be nested without end. */
const DEEPEST = 200;

function typeOf(option: Schema): string {
  const { const: only, enum: choices, type, items } = option;
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(choices)) return choices.map((one) => JSON.stringify(one)).join(" | ");
  if (type === "array") return `list of ${typeOf(recordOf(items)) || "values"}`;
  if (Array.isArray(type)) return type.join(" | ");
  return typeof type === "string" ? type : "";
}

function defaultOf(option: Schema): string {
  return option["default"] === undefined ? "" : JSON.stringify(option["default"]);
}

function textOf(option: Schema): string {
  const text = option["description"] ?? option["title"];
  return typeof text === "string" ? text : "";
}

function recordOf(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
