import type { Endpoint } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { isJson, writeJson } from "../output/json.ts";
import { paintFor, type Paint } from "../progress/theme.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry drivers doctor`: exit code 4 when not one endpoint could be used. */
export async function doctor(given: Given, world: World): Promise<number> {
  const name = given.argument("NAME");
  const endpoints = await withClient(world, async (client) => {
    if (name !== undefined) return [(await client.request("driver.show", { name })).endpoint];
    return (await client.request("driver.list", { start: true })).endpoints;
  });
  const report = endpoints.map((endpoint) => ({
    name: endpoint.name,
    state: endpoint.probe.state,
    engine: endpoint.probe.engine ?? null,
    problems: endpoint.probe.problems,
    ...(endpoint.process === undefined ? {} : { process: endpoint.process }),
  }));
  if (isJson(given)) await writeJson(world, report);
  else {
    const paint = paintFor(world.stdout, world.env);
    await write(world.stdout, endpoints.map((endpoint) => textOf(endpoint, paint)).join(""));
  }
  return endpoints.some(({ probe }) => probe.state !== "unavailable") ? 0 : 4;
}

const MARKS = {
  ready: ["good", "✓"],
  degraded: ["warning", "!"],
  unavailable: ["bad", "✗"],
  "not-started": ["warning", "·"],
} as const;

function textOf({ name, probe, process }: Endpoint, paint: Paint): string {
  const [style, mark] = MARKS[probe.state];
  const engine = probe.engine === undefined ? "" : ` (${probe.engine})`;
  const lines = probe.problems.flatMap(({ text, fix }) => [`    ${text}`, `    Try: ${fix}`]);
  const all = [
    `${paint(style, mark)} ${name}: ${probe.state}${engine}`,
    ...lines,
    ...linesOf(probe.state === "ready" && process?.crashes === 0 ? undefined : process),
  ];
  return `${all.join("\n")}\n`;
}

/** How a driver's process came to be as it is. */
function linesOf(process: Endpoint["process"]): string[] {
  if (process === undefined) return [];
  const { crashes, lastCrash, lastStderr } = process;
  const crashed = crashes === 0 ? [] : [`    Crashed ${crashes} times; the last time ${lastCrash}`];
  return [...crashed, ...lastStderr.map((line) => `    stderr: ${line}`)];
}
