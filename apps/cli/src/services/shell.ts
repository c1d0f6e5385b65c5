import type { Client } from "@gantry/client";
import type { Terminal } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { readBuildSource, readInstallationName } from "../inputs/bundle-source.ts";
import { optional } from "../inputs/optional.ts";
import { splitWords } from "../inputs/split-words.ts";
import { isJson, writeJson } from "../output/json.ts";
import { table } from "../output/table.ts";
import { sinceWhen } from "../output/times.ts";
import { write } from "../progress/write.ts";
import { attach, requireTerminal, sizeOf } from "../terminal/attach.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** The end of what is said when a terminal has been opened. */
export const LETS_GO = "Ctrl-P Ctrl-Q lets go.\n";

/** `gantry shell` */
export async function shell(given: Given, world: World): Promise<number> {
  if (given.has("list")) return listTerminals(given, world);
  const close = given.text("close");
  if (close !== undefined) {
    await withClient(world, (client) => client.request("terminal.close", { terminalId: close }));
    return 0;
  }
  requireTerminal(world);
  return withClient(world, async (client) => {
    await client.ready;
    const terminalId = given.text("attach") ?? (await open(given, world, client));
    const ending = await attach(world, client, terminalId);
    if (ending !== "detached") return ending.exitCode;
    await write(
      world.stderr,
      `\nLet go. It goes on: gantry shell --attach ${terminalId} comes back, --close ${terminalId} ends it.\n`,
    );
    return 0;
  });
}

async function open(given: Given, world: World, client: Client): Promise<string> {
  const { terminal } = await client.request("terminal.open", {
    ...(given.has("bundle")
      ? { source: await readBuildSource(given, world) }
      : { name: await readInstallationName(given, world) }),
    namespace: given.text("namespace") ?? "",
    image: given.has("image"),
    ...optional("driver", given.text("driver")),
    ...optional("colorTerm", colorTermOf(world)),
    command: splitWords(given.text("command") ?? ""),
    size: sizeOf(world),
  });
  const text = `In ${placeOf(terminal)} on ${terminal.endpoint}; ${LETS_GO}`;
  await write(world.stderr, text);
  return terminal.id;
}

function colorTermOf({ env }: World): string | undefined {
  const { COLORTERM = "" } = env;
  return /^[\w.-]{1,32}$/.test(COLORTERM) ? COLORTERM : undefined;
}

/** Where a terminal is, in words. */
function placeOf({ place, namespace, installation, bundle = "" }: Terminal): string {
  const name = namespace === "" ? installation : `${namespace}/${installation}`;
  if (place === "run") return `the run of ${name}`;
  return place === "image" ? `the image of ${name}` : `the image of bundle ${bundle}`;
}

async function listTerminals(given: Given, world: World): Promise<number> {
  const { terminals } = await withClient(world, (client) => client.request("terminal.list", {}));
  if (isJson(given)) {
    await writeJson(world, terminals);
    return 0;
  }
  const rows = terminals.map((one) => [
    one.id,
    placeOf(one),
    one.endpoint,
    one.command.join(" "),
    one.exitCode === undefined ? `open, ${one.attached} attached` : `ended with ${one.exitCode}`,
    sinceWhen(one.created, Date.now()),
    openerOf(one),
  ]);
  await write(
    world.stdout,
    table(["ID", "Where", "Endpoint", "Command", "State", "Opened", "By"], rows),
  );
  return 0;
}

function openerOf({ openedBy }: Terminal): string {
  if (openedBy === undefined) return "";
  const { user, name } = openedBy;
  return user === undefined ? name : `${user}, ${name}`;
}
