import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** The first executable file called `name` in the directories of `path`; `undefined` when there is none. */
export async function findExecutable(
  name: string,
  path: string | undefined,
): Promise<string | undefined> {
  for (const dir of (path ?? "").split(delimiter)) {
    if (dir !== "" && (await isExecutable(join(dir, name)))) return join(dir, name);
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
