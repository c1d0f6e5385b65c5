import type { Endpoint } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { isJson, writeJson } from "../output/json.ts";
import { block, table } from "../output/table.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";
import { findPackage, showPackage } from "./show-package.ts";

const HEADERS = ["Name", "Driver", "Kind", "State", "Engine", "Origin", "Confinement"];

/** `gantry drivers list` */
export async function listDrivers(given: Given, world: World): Promise<number> {
  const { endpoints } = await withClient(world, (client) => client.request("driver.list", {}));
  if (isJson(given)) {
    await writeJson(world, endpoints);
    return 0;
  }
  const rows = endpoints.map((endpoint) => [
    endpoint.name,
    endpoint.driver,
    kindsOf(endpoint),
    endpoint.probe.state,
    endpoint.probe.engine ?? "",
    endpoint.origin,
    endpoint.confinement,
  ]);
  await write(world.stdout, table(HEADERS, rows));
  return 0;
}

/** `gantry drivers show` */
export async function showDriver(given: Given, world: World): Promise<number> {
  const name = given.argument("NAME") ?? "";
  const shown = await withClient(world, async (client) => {
    const found = await findPackage(client, name);
    return found === undefined ? client.request("driver.show", { name }) : found;
  });
  if ("driver" in shown) return showPackage(world, shown, isJson(given));
  if (isJson(given)) {
    const { endpoint, optionsSchema } = shown;
    await writeJson(world, { ...endpoint, optionsSchema });
    return 0;
  }
  await write(world.stdout, textOf(shown.endpoint, shown.optionsSchema));
  return 0;
}

function textOf(endpoint: Endpoint, schema: Readonly<Record<string, unknown>>): string {
  const { build, run, probe } = endpoint;
  const properties = schema["properties"];
  const options =
    typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
  const problems = probe.problems.map(({ text, fix }): readonly [string, string] => [
    "Problem",
    `${text} Try: ${fix}`,
  ]);
  return block([
    ["Name", endpoint.name],
    ["Driver", `${endpoint.driver} ${endpoint.version}`],
    ["Origin", endpoint.origin],
    ["State", probe.state],
    ["Engine", probe.engine ?? ""],
    ["Confinement", endpoint.confinement],
    ...(endpoint.weaker.length === 0 ? [] : [["Weaker by", endpoint.weaker.join("; ")] as const]),
    ["Process", processOf(endpoint)],
    ["Publisher", endpoint.publisher ?? ""],
    ...problems,
    [
      "Builds",
      build === undefined ? "no" : `${build.platforms.join(", ")}: ${build.features.join(", ")}`,
    ],
    ["Runs", run === undefined ? "no" : `${run.platforms.join(", ")}: ${run.features.join(", ")}`],
    ["Options", options.join(", ")],
  ]);
}

function kindsOf({ facets }: Endpoint): string {
  return facets.filter((facet) => facet !== "images").join("+") || "unknown";
}

/** `gantry drivers restart` */
export async function restartDriver(given: Given, world: World): Promise<number> {
  const name = given.argument("NAME") ?? "";
  await withClient(world, (client) => client.request("driver.restart", { name }));
  if (isJson(given)) await writeJson(world, { name });
  else await write(world.stderr, `What ${name} is asked to do from now on gets a new process.\n`);
  return 0;
}

function processOf({ process }: Endpoint): string {
  if (process === undefined) return "";
  const pid = process.pid === undefined ? "" : `, pid ${process.pid}`;
  const crashes = process.crashes === 0 ? "" : `, crashed ${process.crashes} times`;
  return `${process.state}${pid}${crashes}`;
}
