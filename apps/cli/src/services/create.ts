import { basename, relative, resolve } from "node:path";
import type { Given } from "../command-line/given.ts";
import { UsageError } from "../command-line/usage-error.ts";
import { starterFiles } from "../create/starter-files.ts";
import { writeFiles } from "../create/write-files.ts";
import { isJson, writeJson } from "../output/json.ts";
import { write } from "../progress/write.ts";
import type { World } from "../world.ts";

/** `gantry create`: all files or none, and nothing is overwritten. */
export async function create(given: Given, world: World): Promise<number> {
  const argument = given.argument("NAME");
  const dir = resolve(world.cwd, argument ?? ".");
  const files = starterFiles(nameOf(dir, argument));
  await writeFiles(dir, files);
  const names = files.map(({ name }) => name);
  if (isJson(given)) {
    await writeJson(world, { directory: dir, files: names });
    return 0;
  }
  const go = relative(world.cwd, dir);
  const next = go === "" ? "gantry install" : `cd ${go} && gantry install`;
  await write(world.stderr, `Wrote ${names.join(", ")} in ${dir}\nNext: ${next}\n`);
  return 0;
}

const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

function nameOf(dir: string, argument: string | undefined): string {
  const name = basename(dir);
  if (NAME.test(name)) return name;
  if (argument === undefined) return "my-bundle";
  throw new UsageError(`"${name}" cannot be a bundle's name.`, {
    hint: "Use lower-case letters, digits, and single dots, dashes or underscores between them.",
  });
}
