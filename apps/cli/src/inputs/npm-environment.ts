import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "../world.ts";

/** The settings of npm that choose a registry, in any case. */
const SETTINGS = /^npm_config_(registry|userconfig|globalconfig|cafile)$/i;

/** The variables that npm's configuration is read with: its settings, and those that `~/.npmrc` refers to. */
export async function readNpmEnvironment({ env }: World): Promise<Record<string, string>> {
  const names = Object.keys(env).filter((name) => SETTINGS.test(name));
  const named = names.find((name) => name.toLowerCase() === "npm_config_userconfig");
  const rc = (named && env[named]) ?? join(env["HOME"] ?? "/", ".npmrc");
  const text = await readFile(rc, "utf8").catch(() => "");
  const referred = [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, name = ""]) => name);
  const picked: Record<string, string> = {};
  for (const name of [...names, ...referred]) {
    const value = env[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
