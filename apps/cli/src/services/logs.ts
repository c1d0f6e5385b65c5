import { cleanText } from "@gantry/terminal-text";
import type { Given } from "../command-line/given.ts";
import { readInstallationName } from "../inputs/bundle-source.ts";
import { optional } from "../inputs/optional.ts";
import { isJson, writeJson } from "../output/json.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry logs`: all that a run printed is the result here, so both of its streams go to stdout. */
export async function logs(given: Given, world: World): Promise<number> {
  const key = {
    name: await readInstallationName(given, world),
    namespace: given.text("namespace") ?? "",
    ...optional("runId", given.text("run")),
  };
  const json = isJson(given);
  const lines: { stream: string; text: string }[] = [];
  const { runId } = await withClient(world, async (client) => {
    await client.ready;
    const call = client.call("log.read", key);
    for await (const { stream, text } of call) {
      if (world.stdout.destroyed) break;
      const clean = cleanText(text);
      if (json) lines.push({ stream, text: clean });
      else await write(world.stdout, clean);
    }
    return call.result;
  });
  if (json) await writeJson(world, { runId, logs: lines });
  return 0;
}
