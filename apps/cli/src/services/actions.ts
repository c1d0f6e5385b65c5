import type { Client } from "@gantry/client";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import { followOperation } from "../follow-operation.ts";
import { readRunOptions } from "../inputs/run-options.ts";
import { isJson } from "../output/json.ts";
import { reportOutcome } from "../output/outcome.ts";
import { paintFor } from "../progress/theme.ts";
import { write } from "../progress/write.ts";
import type { World } from "../world.ts";
import { askPlan } from "./plan.ts";

type Options = Awaited<ReturnType<typeof readRunOptions>>;

interface Act {
  readonly action: string;
  readonly start: (client: Client, options: Options) => Promise<{ readonly operationId: string }>;
}

/** `gantry install` */
export function install(given: Given, world: World): Promise<number> {
  return act(given, world, {
    action: "install",
    start: (client, options) => client.request("installation.install", options),
  });
}

/** `gantry upgrade` */
export function upgrade(given: Given, world: World): Promise<number> {
  return act(given, world, {
    action: "upgrade",
    start: (client, options) => client.request("installation.upgrade", options),
  });
}

/** `gantry invoke` */
export function invoke(given: Given, world: World): Promise<number> {
  const action = given.text("action");
  if (action === undefined) {
    throw new UsageError("gantry invoke needs --action, and it is missing.", {
      hint: "Write --action NAME, with an action of the bundle.",
    });
  }
  return act(given, world, {
    action,
    start: (client, options) => client.request("installation.invoke", { ...options, action }),
  });
}

/** `gantry uninstall` */
export function uninstall(given: Given, world: World): Promise<number> {
  const removal = { delete: given.has("delete"), forceDelete: given.has("force-delete") };
  return act(given, world, {
    action: "uninstall",
    start: (client, options) =>
      client.request("installation.uninstall", { ...options, ...removal }),
  });
}

async function act(given: Given, world: World, { action, start }: Act): Promise<number> {
  const warnings: string[] = [];
  const options = await readRunOptions(given, world, (text) => warnings.push(text));
  const paint = paintFor(world.stderr, world.env);
  for (const text of warnings) {
    await write(world.stderr, `${paint("warning", "Warning:")} ${text}\n`);
  }
  const answer = given.has("plan")
    ? await askPlan(given, world, { ...options, action })
    : undefined;
  if (answer?.exitCode !== undefined) return answer.exitCode;
  const approved = answer === undefined ? options : { ...options, approves: answer.approves };
  const json = isJson(given);
  const outcome = await followOperation(world, {
    isJson: json,
    start: (client) => start(client, approved),
  });
  return reportOutcome(world, outcome, json);
}
