import type { Given } from "../command-line/given.ts";
import { readBuildSource } from "../inputs/bundle-source.ts";
import { isJson, writeJson } from "../output/json.ts";
import { stamp } from "../output/times.ts";
import { cleanText } from "@gantry/terminal-text";
import { type Paint, paintFor } from "../progress/theme.ts";
import { write } from "../progress/write.ts";
import { withClient } from "../with-client.ts";
import type { World } from "../world.ts";

/** `gantry why` */
export async function why(given: Given, world: World): Promise<number> {
  const source = await readBuildSource(given, world);
  const answer = await withClient(world, (client) => client.request("bundle.why", { source }));
  if (isJson(given)) {
    await writeJson(world, answer);
    return 0;
  }
  const { build, built, changes } = answer;
  const paint = paintFor(world.stdout, world.env);
  const lines = [
    `${build.name} was built with ${build.endpoint}, ${stamp(built)} UTC`,
    ...(build.causes ?? []).map(becauseOf),
    "",
    ...build.steps.map((step) => stepLine(step, paint)),
    "",
    changes.length === 0 ? "Now: up to date." : "Now it would be built anew:",
    ...changes.map(becauseOf),
  ];
  await write(world.stdout, `${lines.join("\n")}\n`);
  return 0;
}

const becauseOf = (cause: string): string => `  because ${cleanText(cause)}`;

interface Step {
  readonly title: string;
  readonly cached: boolean;
  readonly missReason?: string;
}

function stepLine({ title, cached, missReason }: Step, paint: Paint): string {
  const name = cleanText(title);
  if (cached) return `${paint("good", "✓")} ${name} ${paint("quiet", "cached")}`;
  const reason = missReason ?? "the engine does not say why it was not cached";
  return `${paint("warning", "·")} ${name}\n    ${cleanText(reason)}`;
}
