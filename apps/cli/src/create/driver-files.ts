import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TEMPLATES, type TemplateLanguage } from "./driver-templates.ts";
import type { StarterFile } from "./starter-files.ts";

/** What a template's own tests and tools leave in it. */
const LEFT_OUT = new Set(["__pycache__", "node_modules"]);

export interface NewDriver {
  readonly name: string;
  readonly language: TemplateLanguage;
  readonly publisher: string;
}

/** The files of a new driver, which works as it is. `entry` is the file that runs as `gantry`. */
export async function driverFiles(driver: NewDriver, entry: string): Promise<StarterFile[]> {
  const from = templateDir(driver.language, dirname(entry));
  const names = (await readdir(from)).filter((name) => !LEFT_OUT.has(name)).toSorted();
  return Promise.all(names.map((name) => renamed(join(from, name), name, driver)));
}

/** Beside the program where it is bundled, else at home in the source tree. */
function templateDir(language: TemplateLanguage, near: string): string {
  const bundled = join(near, "templates", language);
  return existsSync(bundled) ? bundled : join(near, "..", TEMPLATES[language]);
}

/** The name of a driver is in its manifest, in its package.json and at the head of its README; the code reads it there. */
async function renamed(path: string, name: string, driver: NewDriver): Promise<StarterFile> {
  const text = await readFile(path, "utf8");
  const isExecutable = ((await stat(path)).mode & 0o100) !== 0;
  const file = { name, text: withName(text, name, driver) };
  return isExecutable ? { ...file, isExecutable } : file;
}

function withName(text: string, file: string, { name, publisher }: NewDriver): string {
  switch (file) {
    case "gantry-driver.json":
      return text
        .replace(/"name": "[^"]*"/, () => `"name": ${JSON.stringify(name)}`)
        .replace(/"publisher": "[^"]*"/, () => `"publisher": ${JSON.stringify(publisher)}`);
    case "package.json":
      return text.replace(/"name": "[^"]*"/, `"name": "gantry-driver-${name}"`);
    case "README.md":
      return text.replace(/^# .*/, `# ${name}`);
    default:
      return text;
  }
}
