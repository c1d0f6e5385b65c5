import type { Plan } from "@gantry/protocol";
import type { Given } from "../command-line/given.ts";
import { readRunOptions } from "../inputs/run-options.ts";
import { isJson, writeJson } from "../output/json.ts";
import { planText } from "../output/plan.ts";
import { paintFor } from "../progress/theme.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

type Options = Awaited<ReturnType<typeof readRunOptions>>;

/** `gantry plan` */
export async function plan(given: Given, world: World): Promise<number> {
  const options = await readRunOptions(given, world, () => undefined);
  await showPlan(given, world, { ...options, action: given.argument("ACTION") ?? "" });
  return 0;
}

/** Prints what an action would do, and gives it. */
export async function showPlan(
  given: Given,
  world: World,
  options: Options & { readonly action: string },
): Promise<Plan> {
  const { plan: shown } = await withClient(world, (client) =>
    client.request("installation.plan", options),
  );
  if (isJson(given)) await writeJson(world, shown);
  else await write(world.stdout, planText(shown, paintFor(world.stdout, world.env)));
  return shown;
}

type Answer =
  | { readonly approves: string; readonly exitCode?: undefined }
  | { readonly exitCode: number };

/** How a person took a plan: the digest of what was approved, or the exit code to leave with. */
export async function askPlan(
  given: Given,
  world: World,
  options: Options & { readonly action: string },
): Promise<Answer> {
  const { problems, digest } = await showPlan(given, world, options);
  if (world.confirm === undefined || isJson(given)) return { exitCode: 0 };
  if (problems.length > 0) return { exitCode: 2 };
  if (await world.confirm("Run this?")) return { approves: digest };
  await write(world.stderr, "Nothing was run.\n");
  return { exitCode: 130 };
}
