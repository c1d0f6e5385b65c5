import { basename, relative, resolve } from "node:path";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import { driverFiles } from "../create/driver-files.ts";
import { TEMPLATE_LANGUAGES, type TemplateLanguage } from "../create/driver-templates.ts";
import { writeFiles } from "../create/write-files.ts";
import { isJson, writeJson } from "../output/json.ts";
import { write } from "../progress/write.ts";
import type { World } from "../world.ts";

/** `gantry drivers create`: all files or none, and nothing is overwritten. */
export async function createDriver(given: Given, world: World): Promise<number> {
  const dir = resolve(world.cwd, given.argument("NAME") ?? ".");
  const name = basename(dir);
  const language = languageOf(given);
  checkName(name);
  const publisher = world.env["USER"] || `the author of ${name}`;
  const files = await driverFiles({ name, language, publisher }, world.entry);
  await writeFiles(dir, files);
  const names = files.map((file) => file.name);
  if (isJson(given)) {
    await writeJson(world, { directory: dir, name, language, files: names });
    return 0;
  }
  const go = relative(world.cwd, dir) || ".";
  await write(
    world.stderr,
    `Wrote ${names.join(", ")} in ${dir}\nNext: gantry drivers verify ${go}\n`,
  );
  return 0;
}

function languageOf(given: Given): TemplateLanguage {
  return TEMPLATE_LANGUAGES.find((one) => one === given.text("lang")) ?? "ts";
}

/** As in `gantry-driver.json`. */
function checkName(name: string): void {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return;
  throw new UsageError(`"${name}" cannot be a driver's name.`, {
    hint: "Use lower-case letters, digits and dashes, a letter first, at most 63.",
  });
}
